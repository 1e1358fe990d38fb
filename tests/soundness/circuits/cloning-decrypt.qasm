OPENQASM 3.0;
include "stdgates.inc";
// decrypts S[0] with the key
qubit[2] S;
qubit[2] N;
h N[0];
cz S[0], N[0];
h S[0];
h N[0];
cx N[0], N[1];
cz S[0], N[1];
s S[0];
s N[0];
h S[0];
h N[0];
cz S[0], N[0];
h N[0];
