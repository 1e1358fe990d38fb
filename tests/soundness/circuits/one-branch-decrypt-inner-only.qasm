OPENQASM 3.0;
include "stdgates.inc";
// undoes the last round alone
qubit[4] S;
qubit[4] N;
h N[2];
cz S[2], N[2];
h S[2];
h N[2];
cx N[2], N[3];
cz S[2], N[3];
s S[2];
s N[2];
h S[2];
h N[2];
cz S[2], N[2];
h N[2];
