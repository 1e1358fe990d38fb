OPENQASM 3.0;
include "stdgates.inc";
// U_dec^-1 instead of U_dec
qubit[2] S;
qubit[2] N;
h N[0];
cz S[0], N[0];
h N[0];
h S[0];
sdg N[0];
sdg S[0];
cz S[0], N[1];
cx N[0], N[1];
h N[0];
h S[0];
cz S[0], N[0];
h N[0];
