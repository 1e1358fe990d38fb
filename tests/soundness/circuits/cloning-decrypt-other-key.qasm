OPENQASM 3.0;
include "stdgates.inc";
// decrypts S[0] with the two halves of the key exchanged
qubit[2] S;
qubit[2] N;
h N[1];
cz S[0], N[1];
h S[0];
h N[1];
cx N[1], N[0];
cz S[0], N[0];
s S[0];
s N[1];
h S[0];
h N[1];
cz S[0], N[1];
h N[1];
