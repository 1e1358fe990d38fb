OPENQASM 3.0;
include "stdgates.inc";
// Shor's code on A Q[0] Q[1], Q[2] Q[3] Q[4], Q[5] Q[6] Q[7]
qubit A;
qubit[8] Q;
cx A, Q[2];
cx A, Q[5];
h A;
h Q[2];
h Q[5];
cx A, Q[0];
cx A, Q[1];
cx Q[2], Q[3];
cx Q[2], Q[4];
cx Q[5], Q[6];
cx Q[5], Q[7];
