OPENQASM 3.0;
include "stdgates.inc";
// a copy, and then the original is reset
qubit A;
qubit B;
cx A, B;
reset A;
