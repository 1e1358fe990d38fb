(** Guards on the definitions: what is computed here would fail if a definition said something else than intended.

    Proofs cannot show that a definition means what its name says. These computations compare definitions with numbers
    made elsewhere (Numbers.v), with each other, and with the tables of the papers. *)

From Coq Require Import Bool List Arith ZArith.
From NoClone Require Import Pauli Family Classification Vectors States FamilyStates Gaussian Circuits CircuitStates
  EveryN Numbers.
Import ListNotations.
Local Open Scope list_scope.

(** All lists of so many bits, in the order of binary numbers. *)
Fixpoint all_bits (n : nat) : list (list bool) :=
  match n with
  | 0 => [[]]
  | S n => map (cons false) (all_bits n) ++ map (cons true) (all_bits n)
  end.

Definition amplitudes (n : nat) (x : bool) : list (BinInt.Z * BinInt.Z) :=
  map (encode gaussian n encrypted_cloning (basis gaussian x)) (all_bits (1 + 2 * n)).

(** ** The encoder is that of the paper, number by number *)

(** With n = 1, 2, 3 pairs, |0> and |1> are encoded as the definition's own numbers say. *)
Theorem encoder_is_the_definition :
  amplitudes 1 false = encoded_0_1 /\ amplitudes 1 true = encoded_1_1
  /\ amplitudes 2 false = encoded_0_2 /\ amplitudes 2 true = encoded_1_2
  /\ amplitudes 3 false = encoded_0_3 /\ amplitudes 3 true = encoded_1_3.
Proof. vm_compute. repeat split; reflexivity. Qed.

(** ** The circuits of H, S and CX make the same states, up to i 2^n: so gates and rotations agree *)

(** The protocol's circuits, as in its documents, on A, S[0], ..., N[0], ... *)
Definition circuit (n : nat) : list gate :=
  match n with
  | 1 => [GH 1; GCX 1 2] ++ [GCX 0 1; GS 1; GCX 0 1; GH 0; GH 1; GCX 0 1; GS 1; GCX 0 1; GH 0; GH 1]
  | 2 => [GH 1; GCX 1 3; GH 2; GCX 2 4] ++ [GCX 0 1; GCX 2 1; GS 1; GCX 2 1; GCX 0 1; GH 0; GH 1; GH 2; GCX 0 1;
          GCX 2 1; GS 1; GCX 2 1; GCX 0 1; GH 0; GH 1; GH 2]
  | 3 => [GH 1; GCX 1 4; GH 2; GCX 2 5; GH 3; GCX 3 6] ++ [GCX 0 1; GCX 1 2; GCX 3 2; GS 2; GCX 3 2; GCX 1 2; GCX 0 1;
          GH 0; GH 1; GH 2; GH 3; GCX 0 1; GCX 1 2; GCX 3 2; GS 2; GCX 3 2; GCX 1 2; GCX 0 1; GH 0; GH 1; GH 2; GH 3]
  | _ => []
  end.

Fixpoint every_other (b : list bool) : list bool :=
  match b with x :: _ :: b => x :: every_other b | b => b end.

(** From the order A, S, N, S, N, ... to A, S, S, ..., N, N, ... *)
Definition by_register (b : list bool) : list bool :=
  match b with a :: b => a :: every_other b ++ every_other (tl b) | [] => [] end.

(** The same vector, each entry computed once: a circuit's amplitudes without recomputing them gate by gate. *)
Inductive table := Entry (v : gaussian) | Branch (t0 t1 : table).
Fixpoint tabulated (n : nat) (u : vector gaussian) : table :=
  match n with
  | 0 => Entry (u [])
  | S n => Branch (tabulated n (fun b => u (false :: b))) (tabulated n (fun b => u (true :: b)))
  end.
Fixpoint entry (t : table) (b : list bool) : gaussian :=
  match t, b with
  | Branch t0 t1, x :: b => entry (if x then t1 else t0) b
  | Entry v, _ => v
  | Branch _ _, [] => zero
  end.
Fixpoint run_tabulated (n : nat) (gs : list gate) (t : table) : table :=
  match gs with
  | [] => t
  | g :: gs => run_tabulated n gs (tabulated n (act_gate g (entry t)))
  end.

Lemma entry_tabulated n u : same n (entry (tabulated n u)) u.
Proof.
  revert u; induction n as [|n IH]; intros u [|x b] L; try discriminate; [reflexivity|]. simpl.
  destruct x; [apply (IH (fun c => u (true :: c))) | apply (IH (fun c => u (false :: c)))]; simpl in L; congruence.
Qed.

Lemma run_tabulated_same n gs t u :
  same n (entry t) u -> same n (entry (run_tabulated n gs t)) (run_gates gs u).
Proof.
  revert t u; induction gs as [|g gs IH]; intros t u H; simpl; [exact H|]. apply IH.
  intros b L. rewrite entry_tabulated by exact L. apply (act_gate_same gaussian n); assumption.
Qed.

Definition circuit_table (n : nat) (x : bool) : table :=
  run_tabulated (1 + 2 * n) (circuit n) (tabulated (1 + 2 * n) (start (K := gaussian) 0 (basis gaussian x))).

(** The tables below are those of the semantics. *)
Lemma circuit_table_is_semantics n x :
  same (1 + 2 * n) (entry (circuit_table n x)) (encode_gates (K := gaussian) (circuit n) 0 (basis gaussian x)).
Proof. apply run_tabulated_same, entry_tabulated. Qed.

Definition circuit_amplitudes (n : nat) (x : bool) : list (BinInt.Z * BinInt.Z) :=
  let t := circuit_table n x in map (fun b => entry t (by_register b)) (all_bits (1 + 2 * n)).

(** Multiplying by i 2^n. *)
Definition turned (n : nat) (a : BinInt.Z * BinInt.Z) : BinInt.Z * BinInt.Z :=
  ((- snd a * 2 ^ Z.of_nat n)%Z, (fst a * 2 ^ Z.of_nat n)%Z).

Definition circuit_agrees (n : nat) (x : bool) : Prop := circuit_amplitudes n x = map (turned n) (amplitudes n x).

(** For n = 1, 2, 3 the circuits encode |0> and |1> as the rotations do, times i 2^n. *)
Theorem circuits_agree :
  circuit_agrees 1 false /\ circuit_agrees 1 true /\ circuit_agrees 2 false /\ circuit_agrees 2 true
  /\ circuit_agrees 3 false /\ circuit_agrees 3 true.
Proof. repeat split; vm_compute; reflexivity. Qed.

(** ** The table of coalitions has the published counts *)

Fixpoint all_kinds (n : nat) : list (list kind) :=
  match n with
  | 0 => [[]]
  | S n => flat_map (fun ks => [both :: ks; only_s :: ks; only_n :: ks; neither :: ks]) (all_kinds n)
  end.

Definition counted (a : bool) (n : nat) : nat * nat * nat :=
  let how_many rule := List.length (filter rule (map (Coalition a) (all_kinds n))) in
  (how_many authorized_rule, how_many leaks_y_rule, how_many uninformative_rule).

(** Authorized, partial and uninformative coalitions without A, for n = 2 to 5. *)
Theorem counts_without_a :
  map (counted false) [2; 3; 4; 5] = [(5, 0, 11); (19, 4, 41); (65, 0, 191); (211, 16, 797)].
Proof. vm_compute. reflexivity. Qed.

(** The same with A: the first and the last swap. *)
Theorem counts_with_a :
  map (counted true) [2; 3; 4; 5] = [(11, 0, 5); (41, 4, 19); (191, 0, 65); (797, 16, 211)].
Proof. vm_compute. reflexivity. Qed.

(** ** Right and wrong witnesses *)

(** All clones of n = 3 hold -YYY for Y (theory: the sign is (-1)^((n-1)/2)); with the other sign the checker
    refuses it, and for X too. *)
Theorem clones_of_3 :
  witness (Coalition false [only_s; only_s; only_s]) Y = word true [I; Y; I; Y; I; Y; I]
  /\ is_representative 3 encrypted_cloning (word true [I; Y; I; Y; I; Y; I]) Y = true
  /\ is_representative 3 encrypted_cloning (word false [I; Y; I; Y; I; Y; I]) Y = false
  /\ is_representative 3 encrypted_cloning (word true [I; Y; I; Y; I; Y; I]) X = false.
Proof. vm_compute. auto. Qed.

(** A with any one full pair: XXX and ZZZ with plus signs, whatever n and wherever the pair is. *)
Theorem full_pair_with_a :
  witness (Coalition true [neither; both; only_n; neither]) X = word false [X; I; I; X; X; I; I; I; I]
  /\ witness (Coalition true [neither; both; only_n; neither]) Z = word false [Z; I; I; Z; Z; I; I; I; I].
Proof. vm_compute. auto. Qed.

(** The closed form is a representative on the coalition wherever the rule says so. *)
Definition closed_form_works (c : coalition) : bool :=
  let works L := supported (mask c) (at_each (witness c L)) && is_representative (size c) encrypted_cloning (witness c L) L in
  (negb (authorized_rule c) || (works X && works Z)) && (negb (leaks_y_rule c) || works Y).

(** For every coalition with n up to 4 it computes to one. *)
Theorem closed_forms_compute :
  forallb (fun n => forallb (fun ks => closed_form_works (Coalition false ks) && closed_form_works (Coalition true ks))
    (all_kinds n)) [0; 1; 2; 3; 4] = true.
Proof. vm_compute. reflexivity. Qed.

(** ** The theorems speak of something: an instance about states, over the Gaussian integers *)

(** With two pairs, one clone and the whole key recover, and one clone alone learns nothing. *)
Theorem two_pairs :
  recovers gaussian 5 (encode gaussian 2 encrypted_cloning) [false; true; true; false; true]
  /\ hides gaussian 5 (encode gaussian 2 encrypted_cloning) [false; true; false; false; false].
Proof.
  split.
  - apply (recovers_iff gaussian (Coalition false [both; only_n])). reflexivity.
  - apply (hides_iff gaussian (Coalition false [only_s; neither])). reflexivity.
Qed.

(** With one pair, the clone does leak Y: the theorems do not say that nothing ever leaks. *)
Theorem one_pair : ~ hides gaussian 3 (encode gaussian 1 encrypted_cloning) [false; true; false].
Proof. intro H. apply (hides_iff gaussian (Coalition false [only_s])) in H. discriminate. Qed.
