OPENQASM 3.0;
include "stdgates.inc";
// undoes the copy
qubit A;
qubit B;
cx A, B;
