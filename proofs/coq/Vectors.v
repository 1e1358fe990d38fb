(** State vectors over any ring of scalars with i, and what Paulis and a coalition's operators do to them.

    A vector is a function from lists of bits (one bit per position) to scalars. Lists of other lengths do not matter:
    every statement says which length it speaks of, so no axiom about equality of functions is needed. *)

From Coq Require Import Bool List Arith Lia Ring.
From NoClone Require Import Pauli.
Import ListNotations.

(** Commutative ring with i, a conjugation, and in which 2a = 0 only for a = 0. No division is needed: what a textbook
    divides by a power of the square root of 2 carries that factor here. Gaussian.v is an instance without axioms. *)
Record scalars := Scalars {
  scalar :> Type;
  zero : scalar; one : scalar; i : scalar;
  add : scalar -> scalar -> scalar; mul : scalar -> scalar -> scalar;
  sub : scalar -> scalar -> scalar; opp : scalar -> scalar;
  conj : scalar -> scalar;
  is_ring : ring_theory zero one add mul sub opp eq;
  i_squared : mul i i = opp one;
  conj_add : forall a b, conj (add a b) = add (conj a) (conj b);
  conj_mul : forall a b, conj (mul a b) = mul (conj a) (conj b);
  conj_conj : forall a, conj (conj a) = a;
  conj_i : conj i = opp i;
  two_regular : forall a, add a a = zero -> a = zero;
  one_not_zero : one <> zero }.

Arguments zero {_}. Arguments one {_}. Arguments i {_}. Arguments add {_}. Arguments mul {_}.
Arguments sub {_}. Arguments opp {_}. Arguments conj {_}.

Declare Scope scalar_scope.
Delimit Scope scalar_scope with K.
Notation "0" := zero : scalar_scope.
Notation "1" := one : scalar_scope.
Infix "+" := add : scalar_scope.
Infix "*" := mul : scalar_scope.
Infix "-" := sub : scalar_scope.
Notation "- a" := (opp a) : scalar_scope.

Section Vectors.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.

Definition vector := list bool -> K.

(** The value of a phase: 1, i, -1 or -i. *)
Definition value (p : phase) : K :=
  match p with (false, false) => 1 | (false, true) => i | (true, false) => - (1) | (true, true) => - i end.

(** The bits flipped by the X's. *)
Fixpoint flipped (a : list letter) (b : list bool) : list bool :=
  match a, b with
  | l :: a, x :: b => xorb (fst l) x :: flipped a b
  | _, _ => b
  end.

(** The parity of the places with a Z-bit and a 1. *)
Fixpoint z_parity (a : list letter) (b : list bool) : bool :=
  match a, b with
  | l :: a, x :: b => xorb (snd l && x) (z_parity a b)
  | _, _ => false
  end.

(** A Pauli i^k X^x Z^z applied to a vector. *)
Definition act (P : pauli) (u : vector) : vector :=
  fun b => let c := flipped (at_each P) b in
           value (times (factor P) (sign (z_parity (at_each P) c))) * u c.

(** The sum over all lists of n bits. *)
Fixpoint sum (n : nat) (f : list bool -> K) : K :=
  match n with
  | O => f []
  | S n => sum n (fun b => f (false :: b)) + sum n (fun b => f (true :: b))
  end.

(** <u|v>, for vectors on n positions. *)
Definition inner (n : nat) (u v : vector) : K := sum n (fun b => conj (u b) * v b).

(** The operator M on the held places (M c d is its entry in row c, column d) times the identity elsewhere: every
    operator that whoever holds these places can apply or measure is of this form. *)
Fixpoint local (mask : list bool) (M : list bool -> list bool -> K) (u : vector) (b : list bool) : K :=
  match mask, b with
  | true :: mask, x :: b =>
      local mask (fun c d => M (x :: c) (false :: d)) (fun r => u (false :: r)) b
      + local mask (fun c d => M (x :: c) (true :: d)) (fun r => u (true :: r)) b
  | false :: mask, x :: b => local mask M (fun r => u (x :: r)) b
  | _, _ => M [] [] * u b
  end.

(** Two vectors on n positions are the same. *)
Definition same (n : nat) (u v : vector) : Prop := forall b, length b = n -> u b = v b.

(** ** Scalars *)

Lemma conj_zero : conj 0 = 0 :> K.
Proof.
  assert (H : conj 0 + conj 0 = conj 0 + 0 :> K) by (rewrite <- conj_add; replace (0 + 0 : K) with (0 : K) by ring; ring).
  replace (conj 0 : K) with (conj 0 + conj 0 - conj 0 : K) by ring. rewrite H; ring.
Qed.

Lemma conj_one : conj 1 = 1 :> K.
Proof.
  rewrite <- (conj_conj K 1) at 2. replace (conj 1 : K) with (1 * conj 1 : K) at 2 by ring.
  rewrite conj_mul, conj_conj; ring.
Qed.

Lemma conj_opp (a : K) : conj (- a) = - conj a.
Proof.
  assert (H : conj (- a) + conj a = 0) by (rewrite <- conj_add, <- conj_zero; f_equal; ring).
  replace (conj (- a)) with (conj (- a) + conj a - conj a) by ring. rewrite H; ring.
Qed.

Lemma value_times p q : value (times p q) = value p * value q.
Proof. pose proof (i_squared K) as ii. destruct p as [[|] [|]], q as [[|] [|]]; simpl; ring [ii]. Qed.

Lemma conj_value p : conj (value p) = value (times p (sign (snd p))).
Proof.
  destruct p as [[|] [|]]; simpl; rewrite ?conj_opp, ?conj_i, ?conj_one; ring.
Qed.

Lemma value_sign_squared m : value (sign m) * value (sign m) = 1.
Proof. destruct m; simpl; ring. Qed.

(** ** Bits *)

Lemma flipped_length a b : length (flipped a b) = length b.
Proof. revert b; induction a as [|l a IH]; intros [|x b]; simpl; auto. Qed.

Lemma flipped_twice a b : flipped a (flipped a b) = b.
Proof.
  revert b; induction a as [|l a IH]; intros [|x b]; simpl; auto. rewrite IH; destruct (fst l), x; reflexivity.
Qed.

Lemma flipped_plus a a' b :
  length a = length b -> length a' = length b -> flipped (plus_all a a') b = flipped a' (flipped a b).
Proof.
  revert a' b; induction a as [|l a IH]; intros [|l' a'] [|x b]; simpl; intros H H'; try discriminate; auto.
  rewrite IH by lia. letters; destruct x; reflexivity.
Qed.

Lemma z_parity_plus a a' b :
  length a = length b -> length a' = length b -> z_parity (plus_all a a') b = xorb (z_parity a b) (z_parity a' b).
Proof.
  revert a' b; induction a as [|l a IH]; intros [|l' a'] [|x b]; simpl; intros H H'; try discriminate; auto.
  rewrite IH by lia. letters; destruct x, (z_parity a b), (z_parity a' b); reflexivity.
Qed.

Lemma z_parity_flipped a a' b :
  length a = length b -> length a' = length b -> z_parity a (flipped a' b) = xorb (z_parity a b) (crossings a a').
Proof.
  revert a' b; induction a as [|l a IH]; intros [|l' a'] [|x b]; simpl; intros H H'; try discriminate; auto.
  rewrite IH by lia. letters; destruct x, (z_parity a b), (crossings a a'); reflexivity.
Qed.

(** ** Paulis acting *)

Lemma act_same n P u v : same n u v -> same n (act P u) (act P v).
Proof. intros H b E; unfold act. rewrite H; [reflexivity|]. rewrite flipped_length; exact E. Qed.

Lemma act_combination P (x y : K) u v b :
  act P (fun c => x * u c + y * v c) b = x * act P u b + y * act P v b.
Proof. unfold act; ring. Qed.

Lemma act_scaled p P u b : act (scaled p P) u b = value p * act P u b.
Proof. unfold act, scaled; cbn [factor at_each]. rewrite !value_times; ring. Qed.

(** A product of Paulis acts as one after the other. *)
Lemma act_multiply P Q u b :
  length (at_each P) = length b -> length (at_each Q) = length b -> act (multiply P Q) u b = act P (act Q u) b.
Proof.
  intros H H'. unfold act, multiply; cbn [factor at_each]. rewrite flipped_plus by assumption.
  rewrite z_parity_plus by (rewrite !flipped_length; assumption).
  rewrite (z_parity_flipped (at_each P) (at_each Q)) by (rewrite ?flipped_length; assumption).
  set (c := flipped (at_each Q) (flipped (at_each P) b)). rewrite !value_times.
  destruct (z_parity (at_each P) (flipped (at_each P) b)), (crossings (at_each P) (at_each Q)),
    (z_parity (at_each Q) c); simpl; ring.
Qed.

Lemma multiply_swapped P Q :
  length (at_each P) = length (at_each Q) ->
  multiply P Q = scaled (sign (anticommute (at_each P) (at_each Q))) (multiply Q P).
Proof.
  intro H. unfold multiply, scaled, anticommute; simpl. f_equal.
  - destruct (factor P) as [[|] [|]], (factor Q) as [[|] [|]], (crossings (at_each P) (at_each Q)),
      (crossings (at_each Q) (at_each P)); reflexivity.
  - destruct P as [p a], Q as [q b]; simpl in *. clear p q. revert b H; induction a as [|l a IH]; intros [|m b]; simpl;
      intro H; try discriminate; auto. rewrite IH by lia. letters; reflexivity.
Qed.

(** The first position apart from the rest. *)
Lemma act_cons k l a u x b :
  act (Pauli k (l :: a)) u (x :: b) =
  act (Pauli (times k (sign (snd l && xorb (fst l) x))) a) (fun r => u (xorb (fst l) x :: r)) b.
Proof.
  unfold act; cbn [factor at_each flipped z_parity]. rewrite !value_times.
  destruct (snd l && xorb (fst l) x), (z_parity a (flipped a b)); simpl; ring.
Qed.

(** ** Sums and inner products *)

Lemma sum_same n f g : (forall b, length b = n -> f b = g b) -> sum n f = sum n g.
Proof.
  revert f g; induction n as [|n IH]; intros f g H; simpl; [apply H; reflexivity|].
  f_equal; apply IH; intros b E; apply H; simpl; lia.
Qed.

Lemma sum_combination n (x y : K) f g : sum n (fun b => x * f b + y * g b) = x * sum n f + y * sum n g.
Proof. revert f g; induction n as [|n IH]; intros f g; simpl; [reflexivity|]. rewrite !IH; ring. Qed.

Lemma sum_flipped n a f : length a = n -> sum n (fun b => f (flipped a b)) = sum n f.
Proof.
  revert a f; induction n as [|n IH]; intros [|l a] f H; simpl in *; try discriminate; [reflexivity|].
  rewrite (IH a (fun b => f (xorb (fst l) false :: b))), (IH a (fun b => f (xorb (fst l) true :: b))) by lia.
  destruct (fst l); simpl; ring.
Qed.

Lemma inner_same n u u' v v' : same n u u' -> same n v v' -> inner n u v = inner n u' v'.
Proof. intros H H'; apply sum_same; intros b E. rewrite H, H' by exact E; reflexivity. Qed.

Lemma inner_right n x y u v w : inner n w (fun b => x * u b + y * v b) = x * inner n w u + y * inner n w v.
Proof. unfold inner. rewrite <- sum_combination. apply sum_same; intros; ring. Qed.

Lemma inner_left n x y u v w :
  inner n (fun b => x * u b + y * v b) w = conj x * inner n u w + conj y * inner n v w.
Proof. unfold inner. rewrite <- sum_combination. apply sum_same; intros; rewrite conj_add, !conj_mul; ring. Qed.

(** Being its own inverse, for a Pauli: then it is its own adjoint, too. *)
Definition hermitian (P : pauli) : Prop := snd (factor P) = crossings (at_each P) (at_each P).

Lemma hermitian_twice P u b : hermitian P -> length (at_each P) = length b -> act P (act P u) b = u b.
Proof.
  intros H E. rewrite <- act_multiply by exact E. unfold act, multiply; cbn [factor at_each].
  rewrite flipped_plus, flipped_twice, z_parity_plus, xorb_nilpotent by exact E.
  unfold hermitian in H. rewrite <- H. rewrite !value_times.
  pose proof (i_squared K) as ii. destruct (factor P) as [[|] [|]]; simpl; ring [ii].
Qed.

(** <P u|v> = <u|P v>. *)
Lemma hermitian_moves n P u v :
  hermitian P -> length (at_each P) = n -> inner n (act P u) v = inner n u (act P v).
Proof.
  intros H E. unfold inner. rewrite <- (sum_flipped n (at_each P)) by exact E. apply sum_same; intros b L.
  unfold act. rewrite flipped_twice, conj_mul, conj_value.
  rewrite (z_parity_flipped (at_each P) (at_each P)) by lia. unfold hermitian in H. rewrite <- H.
  destruct (factor P) as [[|] [|]], (z_parity (at_each P) b); simpl; ring.
Qed.
End Vectors.

Arguments value {_}. Arguments act {_}. Arguments sum {_}. Arguments inner {_}. Arguments local {_}. Arguments same {_}.
