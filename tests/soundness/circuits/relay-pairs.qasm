OPENQASM 3.0;
include "stdgates.inc";
// two Bell pairs
qubit A;
qubit[2] L;
qubit[2] R;
h L[0];
cx L[0], L[1];
h R[0];
cx R[0], R[1];
