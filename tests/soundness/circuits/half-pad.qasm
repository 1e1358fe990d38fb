OPENQASM 3.0;
include "stdgates.inc";
// one random bit for one qubit
qubit A;
qubit P;
bit K;
h P;
K = measure P;
if (K) { x A; }
