OPENQASM 3.0;
include "stdgates.inc";
// A goes to L[1] by the first pair and on to R[1] by the second
qubit A;
qubit[2] L;
qubit[2] R;
cx A, L[0];
h A;
cx L[0], L[1];
cz A, L[1];
cx L[1], R[0];
h L[1];
cx R[0], R[1];
cz L[1], R[1];
