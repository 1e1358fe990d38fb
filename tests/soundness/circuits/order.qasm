OPENQASM 3.0;
include "stdgates.inc";
// S and then H on the secret
qubit A;
qubit B;
cx A, B;
s A;
h A;
