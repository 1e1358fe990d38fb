OPENQASM 3.0;
include "stdgates.inc";
// the three-qubit bit-flip code; A is left in |0>
qubit A;
qubit[3] Q;
cx A, Q[0];
cx A, Q[1];
cx A, Q[2];
cx Q[0], A;
