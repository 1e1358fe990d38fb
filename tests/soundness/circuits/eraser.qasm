OPENQASM 3.0;
include "stdgates.inc";
// a copy, and then the original is measured in the X basis
qubit A;
qubit B;
bit M;
cx A, B;
h A;
M = measure A;
