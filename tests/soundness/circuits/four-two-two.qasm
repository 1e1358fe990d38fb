OPENQASM 3.0;
include "stdgates.inc";
// the [[4,2,2]] code on A and Q: stabilizers XXXX and ZZZZ
qubit[2] A;
qubit[2] Q;
cx A[0], Q[0];
cx A[1], Q[0];
h Q[1];
cx Q[1], A[0];
cx Q[1], A[1];
cx Q[1], Q[0];
