OPENQASM 3.0;
include "stdgates.inc";
// decodes to B, without looking for errors
qubit[5] Q;
qubit[1] B;
h B[0];
cx B[0], Q[0];
cz B[0], Q[1];
cz B[0], Q[4];
h B[0];
cz B[0], Q[0];
cz B[0], Q[1];
cz B[0], Q[2];
cz B[0], Q[3];
cz B[0], Q[4];
