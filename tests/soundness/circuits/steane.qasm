OPENQASM 3.0;
include "stdgates.inc";
// Steane's code; by their columns in the Hamming code's check matrix A is 3 and Q is 1 2 4 5 6 7
qubit A;
qubit[6] Q;
cx A, Q[3];
cx A, Q[4];
h Q[0];
h Q[1];
h Q[2];
cx Q[2], Q[3];
cx Q[2], Q[4];
cx Q[2], Q[5];
cx Q[1], A;
cx Q[1], Q[4];
cx Q[1], Q[5];
cx Q[0], A;
cx Q[0], Q[3];
cx Q[0], Q[5];
