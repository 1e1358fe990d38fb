(** Circuits of H, S and CX on numbered qubits: what they do to states, and to Paulis pulled back through them.

    One qubit, at a given place, holds the secret; all others start in |0>. *)

From Coq Require Import Bool List Arith Lia Ring.
From NoClone Require Import Pauli Vectors States.
Import ListNotations.

(** Qubits are numbered from 0; the first qubit of CX is its control. *)
Inductive gate := GH (q : nat) | GS (q : nat) | GCX (c t : nat).

Definition bit (q : nat) (b : list bool) : bool := nth q b false.

(** Add v to bit q. *)
Fixpoint toggle (q : nat) (v : bool) (b : list bool) : list bool :=
  match q, b with
  | O, x :: b => xorb v x :: b
  | S q, x :: b => x :: toggle q v b
  | _, [] => []
  end.

(** Gates on existing qubits, CX on two different ones. *)
Definition gate_fits (n : nat) (g : gate) : bool :=
  match g with
  | GH q | GS q => q <? n
  | GCX c t => (c <? n) && (t <? n) && negb (c =? t)
  end.

(** ** Paulis through gates *)

Definition letter_at (q : nat) (a : list letter) : letter := nth q a I.

Fixpoint change (f : letter -> letter) (q : nat) (a : list letter) : list letter :=
  match q, a with
  | O, l :: a => f l :: a
  | S q, l :: a => l :: change f q a
  | _, [] => []
  end.

(** G* W G for a gate G. In the form i^k X^x Z^z, CX costs no sign. *)
Definition pull_gate (g : gate) (W : pauli) : pauli :=
  let a := at_each W in
  match g with
  | GH q => let l := letter_at q a in
            Pauli (times (factor W) (sign (fst l && snd l))) (change (fun l => (snd l, fst l)) q a)
  | GS q => Pauli (times (factor W) (if fst (letter_at q a) then (true, true) else unit_phase))
                  (change (fun l => (fst l, xorb (fst l) (snd l))) q a)
  | GCX c t => Pauli (factor W) (change (plus (false, snd (letter_at t a))) c
                                (change (plus (fst (letter_at c a), false)) t a))
  end.

(** Through a circuit, its last gate first. *)
Fixpoint pull_gates (gs : list gate) (W : pauli) : pauli :=
  match gs with
  | [] => W
  | g :: gs => pull_gate g (pull_gates gs W)
  end.

Lemma change_length f q a : length (change f q a) = length a.
Proof. revert q; induction a as [|l a IH]; intros [|q]; simpl; auto. Qed.

Lemma pull_gate_length g W : length (at_each (pull_gate g W)) = length (at_each W).
Proof. destruct g; simpl; rewrite ?change_length; reflexivity. Qed.

Lemma pull_gates_length gs W : length (at_each (pull_gates gs W)) = length (at_each W).
Proof. induction gs; simpl; rewrite ?pull_gate_length; auto. Qed.

Lemma toggle_length q v b : length (toggle q v b) = length b.
Proof. revert q; induction b as [|x b IH]; intros [|q]; simpl; auto. Qed.

(** ** Bits through CX *)

Lemma toggle_twice q v w b : toggle q v (toggle q w b) = toggle q (xorb v w) b.
Proof. revert q; induction b as [|x b IH]; intros [|q]; simpl; rewrite ?IH, ?xorb_assoc; reflexivity. Qed.

Lemma flipped_change q v a b : length a = length b -> flipped (change (plus (v, false)) q a) b = toggle q v (flipped a b).
Proof.
  revert q b; induction a as [|l a IH]; intros [|q] [|x b]; simpl; intro L; try discriminate; try reflexivity.
  - rewrite xorb_assoc. reflexivity.
  - rewrite IH by lia. reflexivity.
Qed.

Lemma flipped_change_z q v a b : flipped (change (plus (false, v)) q a) b = flipped a b.
Proof.
  revert q b; induction a as [|l a IH]; intros [|q] [|x b]; simpl; rewrite ?IH; try reflexivity; letters; reflexivity.
Qed.

Lemma flipped_toggle q v a b : length a = length b -> flipped a (toggle q v b) = toggle q v (flipped a b).
Proof.
  revert q b; induction a as [|l a IH]; intros [|q] [|x b]; simpl; intro L; try discriminate; try reflexivity.
  - f_equal. destruct (fst l), v, x; reflexivity.
  - rewrite IH by lia. reflexivity.
Qed.

Lemma bit_flipped q a b : length a = length b -> bit q (flipped a b) = xorb (fst (letter_at q a)) (bit q b).
Proof.
  unfold bit, letter_at. revert q b; induction a as [|l a IH]; intros [|q] [|x b]; simpl; intro L; try discriminate; auto.
Qed.

Lemma bit_toggle q r v b : q <> r -> bit q (toggle r v b) = bit q b.
Proof.
  unfold bit. revert q r; induction b as [|x b IH]; intros [|q] [|r] H; simpl; auto. congruence.
Qed.

Lemma z_parity_change q v a b :
  length a = length b -> z_parity (change (plus (false, v)) q a) b = xorb (v && bit q b && (q <? length a)) (z_parity a b).
Proof.
  unfold bit. revert q b; induction a as [|l a IH]; intros [|q] [|x b]; simpl; intro L; try discriminate;
    rewrite ?andb_false_r, ?andb_true_r; try reflexivity.
  - destruct v, x, (snd l), (z_parity a b); reflexivity.
  - rewrite IH by lia. change (S q <? S (length a)) with (q <? length a).
    destruct (snd l && x), (v && nth q b false && (q <? length a)), (z_parity a b); reflexivity.
Qed.

Lemma z_parity_change_x q v a b : z_parity (change (plus (v, false)) q a) b = z_parity a b.
Proof.
  revert q b; induction a as [|l a IH]; intros [|q] [|x b]; simpl; rewrite ?IH; try reflexivity; letters; reflexivity.
Qed.

Lemma z_parity_toggle q v a b :
  length a = length b -> z_parity a (toggle q v b) = xorb (v && snd (letter_at q a)) (z_parity a b).
Proof.
  unfold letter_at. revert q b; induction a as [|l a IH]; intros [|q] [|x b]; simpl; intro L; try discriminate;
    rewrite ?andb_false_r; try reflexivity.
  - destruct v, x, (snd l), (z_parity a b); reflexivity.
  - rewrite IH by lia. destruct (snd l && x), (v && snd (nth q a I)), (z_parity a b); reflexivity.
Qed.

(** ** States *)

Section Semantics.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.

(** What a gate does to a vector. H is times the root of 2: [[1, 1], [1, -1]]. S is diag(1, i). CX adds the control's bit
    to the target's. (On basis states CX is its own inverse, so this is also the matrix.) *)
Definition act_gate (g : gate) (u : vector K) : vector K := fun b =>
  match g with
  | GH q => let b0 := toggle q (bit q b) b in let b1 := toggle q true b0 in
            if bit q b then u b0 - u b1 else u b0 + u b1
  | GS q => if bit q b then i * u b else u b
  | GCX c t => u (toggle t (bit c b) b)
  end.

(** A circuit, its first gate first. *)
Fixpoint run_gates (gs : list gate) (u : vector K) : vector K :=
  match gs with
  | [] => u
  | g :: gs => run_gates gs (act_gate g u)
  end.

Fixpoint all_zero (b : list bool) : bool := match b with [] => true | x :: b => negb x && all_zero b end.

(** The secret on qubit s, |0> on every other. *)
Fixpoint start (s : nat) (q : qubit K) (b : list bool) : K :=
  match s, b with
  | O, x :: b => if all_zero b then q x else 0
  | S s, x :: b => if x then 0 else start s q b
  | _, [] => 0
  end.

Definition encode_gates (gs : list gate) (s : nat) (q : qubit K) : vector K := run_gates gs (start s q).

Lemma act_gate_same n g u v : same n u v -> same n (act_gate g u) (act_gate g v).
Proof.
  intros H b L. destruct g; simpl; rewrite ?(H b) by exact L; try reflexivity.
  - rewrite !H by (rewrite ?toggle_length; exact L). reflexivity.
  - rewrite H by (rewrite ?toggle_length; exact L). reflexivity.
Qed.

Lemma act_gate_cons_h q u x b : act_gate (GH (S q)) u (x :: b) = act_gate (GH q) (fun r => u (x :: r)) b.
Proof. reflexivity. Qed.

Lemma times_swap a b c : times (times a b) c = times (times a c) b.
Proof. destruct a as [[|] [|]], b as [[|] [|]], c as [[|] [|]]; reflexivity. Qed.

(** W G = G (G* W G): pulling back does what it says, for every gate. *)
Theorem gate_pulls g W u b :
  gate_fits (length b) g = true -> length (at_each W) = length b ->
  act W (act_gate g u) b = act_gate g (act (pull_gate g W) u) b.
Proof.
  pose proof (i_squared K) as ii.
  destruct W as [k a]. destruct g as [q|q|c t]; cbn [gate_fits at_each]; intros F L.
  - (* H *) apply Nat.ltb_lt in F. revert q k u b F L; induction a as [|l a IH]; intros q k u [|x b] F L;
      try discriminate; [simpl in F; lia|]. simpl in L, F. destruct q as [|q].
    + unfold pull_gate, letter_at, bit; cbn [at_each factor nth change]. unfold act_gate, bit; cbn [nth toggle].
      rewrite !act_cons. unfold act; cbn [factor at_each nth]. rewrite !value_times.
      letters; destruct x; cbn [fst snd xorb andb negb sign value nth bit toggle]; ring.
    + rewrite act_cons, act_gate_cons_h.
      rewrite (act_same K (length b) _ _ (act_gate (GH q) (fun r => u (xorb (fst l) x :: r)))) by
        (try reflexivity; intros c _; apply act_gate_cons_h).
      rewrite IH by lia. apply act_gate_same with (n := length b); [|reflexivity]. intros c _.
      unfold pull_gate, letter_at; cbn [at_each factor nth change]. rewrite act_cons, times_swap. reflexivity.
  - (* S *) apply Nat.ltb_lt in F. revert q k u b F L; induction a as [|l a IH]; intros q k u [|x b] F L;
      try discriminate; [simpl in F; lia|]. simpl in L, F. destruct q as [|q].
    + unfold pull_gate, letter_at; cbn [at_each factor nth change]. unfold act_gate, bit; cbn [nth].
      rewrite !act_cons. unfold act; cbn [factor at_each nth]. rewrite !value_times.
      letters; destruct x; cbn [fst snd xorb andb negb sign value nth bit unit_phase]; ring [ii].
    + rewrite act_cons. change (act_gate (GS (S q)) ?v (x :: b)) with (act_gate (GS q) (fun r => v (x :: r)) b).
      rewrite (act_same K (length b) _ _ (act_gate (GS q) (fun r => u (xorb (fst l) x :: r)))) by
        (try reflexivity; intros c _; reflexivity).
      rewrite IH by lia. apply act_gate_same with (n := length b); [|reflexivity]. intros c _.
      unfold pull_gate, letter_at; cbn [at_each factor nth change]. rewrite act_cons, times_swap. reflexivity.
  - (* CX *) apply andb_prop in F as [F D]. apply andb_prop in F as [F1 F2]. apply Nat.ltb_lt in F1, F2.
    apply negb_true_iff, Nat.eqb_neq in D.
    unfold act, act_gate, pull_gate; cbn [at_each factor].
    rewrite flipped_change_z, flipped_change by (rewrite toggle_length; exact L).
    rewrite flipped_toggle, toggle_twice, <- bit_flipped by exact L. set (f := flipped a b).
    assert (Lf : length a = length f) by (unfold f; rewrite flipped_length; exact L).
    rewrite z_parity_change, change_length, z_parity_change_x, z_parity_toggle, bit_toggle by
      (rewrite ?change_length, ?toggle_length; assumption).
    replace (c <? length a) with true by (symmetry; apply Nat.ltb_lt; lia). rewrite andb_true_r.
    rewrite (andb_comm (bit c f)), <- xorb_assoc, xorb_nilpotent, xorb_false_l. reflexivity.
Qed.

Definition all_fit (n : nat) (gs : list gate) : bool := forallb (gate_fits n) gs.

Lemma run_gates_same n gs u v : same n u v -> same n (run_gates gs u) (run_gates gs v).
Proof. revert u v; induction gs as [|g gs IH]; intros u v H; simpl; [exact H|]. apply IH, act_gate_same, H. Qed.

(** The same for a circuit. *)
Theorem gates_pull n gs W u :
  all_fit n gs = true -> length (at_each W) = n -> same n (act W (run_gates gs u)) (run_gates gs (act (pull_gates gs W) u)).
Proof.
  revert u; induction gs as [|g gs IH]; intros u F L b Lb; simpl; [reflexivity|].
  apply andb_prop in F as [F1 F2]. rewrite IH by assumption. apply (run_gates_same n); [|exact Lb]. intros c Lc.
  apply gate_pulls; [rewrite Lc; exact F1 | rewrite pull_gates_length; lia].
Qed.
End Semantics.

Arguments act_gate {_}. Arguments run_gates {_}. Arguments start {_}. Arguments encode_gates {_}.
