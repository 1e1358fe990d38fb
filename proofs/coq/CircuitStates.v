(** Circuits as encoders of states, and what a Pauli that pulls back to L says about them. *)

From Coq Require Import Bool List Arith Lia Ring.
From NoClone Require Import Pauli Vectors Locality States Verdicts FamilyStates Circuits.
Import ListNotations.

(** What a Pauli after pulling back is: a sign and a letter on the secret s times Z's elsewhere (which |0> does not feel);
    nothing if it flips some other qubit. *)
Fixpoint quiet (a : list letter) : bool := match a with [] => true | l :: a => negb (fst l) && quiet a end.

Fixpoint quiet_but (s : nat) (a : list letter) : bool :=
  match s, a with
  | O, _ :: a => quiet a
  | S s, l :: a => negb (fst l) && quiet_but s a
  | _, [] => false
  end.

Definition reading (s : nat) (W : pauli) : option (bool * letter) :=
  let L := letter_at s (at_each W) in
  if quiet_but s (at_each W) && eqb (snd (factor W)) (fst L && snd L) then Some (fst (factor W), L) else None.

(** What an operator represents at the end of a circuit. *)
Definition represented (gs : list gate) (s : nat) (W : pauli) : option (bool * letter) := reading s (pull_gates gs W).

Fixpoint count_h (gs : list gate) : nat := match gs with [] => 0 | GH _ :: gs => S (count_h gs) | _ :: gs => count_h gs end.

Section CircuitStates.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.

(** ** Circuits keep inner products *)

Lemma inner_cons n (u v : vector K) :
  inner (S n) u v = inner n (fun b => u (false :: b)) (fun b => v (false :: b)) + inner n (fun b => u (true :: b)) (fun b => v (true :: b)).
Proof. reflexivity. Qed.

Lemma conj_sub (a b : K) : conj (a - b) = conj a - conj b.
Proof. replace (a - b) with (a + - b) by ring. rewrite conj_add, conj_opp. ring. Qed.

Lemma sum_add n (f g : list bool -> K) : sum n (fun b => f b + g b) = sum n f + sum n g.
Proof.
  rewrite (sum_same K n _ (fun b => 1 * f b + 1 * g b)) by (intros; ring). rewrite sum_combination. ring.
Qed.

Lemma toggle_nothing q b : toggle q false b = b.
Proof. revert q; induction b as [|[|] b IH]; intros [|q]; simpl; rewrite ?IH; reflexivity. Qed.

Lemma sum_toggle n q v (f : list bool -> K) : sum n (fun b => f (toggle q v b)) = sum n f.
Proof.
  revert q f; induction n as [|n IH]; intros q f; [destruct q; reflexivity|]. destruct q as [|q]; cbn [sum toggle].
  - destruct v; cbn [xorb]; ring.
  - rewrite (IH q (fun b => f (false :: b))), (IH q (fun b => f (true :: b))). reflexivity.
Qed.

Lemma sum_controlled n c t (f : list bool -> K) : c <> t -> sum n (fun b => f (toggle t (bit c b) b)) = sum n f.
Proof.
  unfold bit. revert c t f; induction n as [|n IH]; intros c t f D; [destruct t; reflexivity|].
  destruct c as [|c], t as [|t]; [congruence| | |]; cbn [sum nth toggle].
  - rewrite (sum_toggle n t false (fun b => f (false :: b))), (sum_toggle n t true (fun b => f (true :: b))). reflexivity.
  - rewrite <- !sum_add. apply sum_same. intros b _. destruct (nth c b false); cbn [xorb]; ring.
  - rewrite (IH c t (fun b => f (false :: b))), (IH c t (fun b => f (true :: b))) by congruence. reflexivity.
Qed.

Lemma h_isometric n q (u v : vector K) :
  (q < n)%nat -> inner n (act_gate (GH q) u) (act_gate (GH q) v) = (1 + 1) * inner n u v.
Proof.
  revert q u v; induction n as [|n IH]; intros q u v L; [lia|]. rewrite !inner_cons. destruct q as [|q].
  - unfold act_gate, bit; cbn [nth toggle xorb]. unfold inner. rewrite <- !sum_add.
    rewrite (sum_same K n _ (fun b => (1 + 1) * (conj (u (false :: b)) * v (false :: b) + conj (u (true :: b)) * v (true :: b))
      + 0 * 0)) by (intros; rewrite conj_add, conj_sub; ring).
    rewrite (sum_combination K n (1 + 1) 0 (fun b => conj (u (false :: b)) * v (false :: b) + conj (u (true :: b)) * v (true :: b))
      (fun _ => 0)). ring.
  - change (inner n (act_gate (GH q) (fun b => u (false :: b))) (act_gate (GH q) (fun b => v (false :: b)))
      + inner n (act_gate (GH q) (fun b => u (true :: b))) (act_gate (GH q) (fun b => v (true :: b)))
      = (1 + 1) * (inner n (fun b => u (false :: b)) (fun b => v (false :: b))
                   + inner n (fun b => u (true :: b)) (fun b => v (true :: b)))).
    rewrite !IH by lia. ring.
Qed.

Lemma run_gates_isometric n gs (u v : vector K) :
  all_fit n gs = true -> inner n (run_gates gs u) (run_gates gs v) = power_of_two K (count_h gs) * inner n u v.
Proof.
  pose proof (i_squared K) as ii.
  revert u v; induction gs as [|g gs IH]; intros u v F; [cbn; ring|].
  cbn [all_fit forallb] in F. apply andb_prop in F as [F1 F2]. cbn [run_gates]. rewrite IH by exact F2.
  destruct g as [q|q|c t]; cbn [count_h power_of_two gate_fits] in *.
  - rewrite h_isometric by (apply Nat.ltb_lt, F1). ring.
  - f_equal. apply sum_same. intros b _. unfold act_gate. destruct (bit q b); [|reflexivity]. rewrite conj_mul, conj_i.
    ring [ii].
  - f_equal. apply andb_prop in F1 as [_ D]. apply negb_true_iff, Nat.eqb_neq in D. unfold inner, act_gate.
    exact (sum_controlled n c t (fun b => conj (u b) * v b) D).
Qed.

Lemma sum_zero n : sum (K := K) n (fun _ => 0) = 0.
Proof. induction n as [|n IH]; cbn [sum]; [reflexivity|]. rewrite IH; ring. Qed.

Lemma sum_all_zero n (x : K) : sum n (fun b => if all_zero b then x else 0) = x.
Proof. induction n as [|n IH]; cbn [sum all_zero negb andb]; [reflexivity|]. rewrite IH, sum_zero. ring. Qed.

Lemma start_isometric n s p q : (s < n)%nat -> inner n (start s p) (start s q) = overlap K p q.
Proof.
  revert s; induction n as [|n IH]; intros s L; [lia|]. destruct s as [|s]; rewrite inner_cons; cbn [start].
  - unfold inner, overlap. rewrite <- (sum_all_zero n (conj (p false) * q false)), <- (sum_all_zero n (conj (p true) * q true)).
    f_equal; apply sum_same; intros b _; destruct (all_zero b); rewrite ?conj_zero; ring.
  - transitivity (inner n (start s p) (start s q) + inner n (fun _ => 0) (fun _ => 0)); [reflexivity|]. rewrite IH by lia.
    unfold inner. rewrite (sum_same K n _ (fun _ => 0)) by (intros; rewrite conj_zero; ring). rewrite sum_zero. ring.
Qed.

Lemma start_combination s x y (p q : qubit K) b : start s (fun c => x * p c + y * q c) b = x * start s p b + y * start s q b.
Proof.
  revert s; induction b as [|z b IH]; intros [|s]; cbn [start]; try ring.
  - destruct (all_zero b); ring.
  - destruct z; [ring | apply IH].
Qed.

Lemma start_extensional s (p q : qubit K) b : (forall c, p c = q c) -> start s p b = start s q b.
Proof.
  intro H. revert s; induction b as [|z b IH]; intros [|s]; cbn [start]; try reflexivity; [rewrite H; reflexivity|].
  destruct z; [reflexivity | apply IH].
Qed.

Lemma act_gate_combination g x y (u v : vector K) b :
  act_gate g (fun c => x * u c + y * v c) b = x * act_gate g u b + y * act_gate g v b.
Proof. destruct g; cbn [act_gate]; try ring; destruct (bit q b); ring. Qed.

Lemma run_gates_combination n gs x y (u v : vector K) :
  same n (run_gates gs (fun c => x * u c + y * v c)) (fun b => x * run_gates gs u b + y * run_gates gs v b).
Proof.
  revert u v; induction gs as [|g gs IH]; intros u v b L; cbn [run_gates]; [reflexivity|]. rewrite <- IH by exact L.
  apply (run_gates_same K n); [|exact L]. intros c _. apply act_gate_combination.
Qed.

(** A circuit on n qubits with the secret on one of them is an encoder: linear, and an isometry up to a power of two. *)
Theorem circuit_is_encoder n gs s :
  all_fit n gs = true -> (s < n)%nat -> encoder K n (power_of_two K (count_h gs)) (encode_gates gs s).
Proof.
  intros F L. split.
  - intros x y p q b Lb. unfold encode_gates. rewrite <- (run_gates_combination n) by exact Lb.
    apply (run_gates_same K n); [|exact Lb]. intros c _. apply start_combination.
  - intros p q b Lb H. apply (run_gates_same K n); [|exact Lb]. intros c _. apply start_extensional, H.
  - intros p q. unfold encode_gates. rewrite run_gates_isometric, start_isometric by assumption. reflexivity.
  - apply power_regular.
Qed.

(** ** Represented logicals, on states *)

Lemma quiet_acts k a (x : K) b :
  length a = length b -> quiet a = true ->
  act (Pauli k a) (fun r => if all_zero r then x else 0) b = value k * (if all_zero b then x else 0).
Proof.
  revert k b; induction a as [|l a IH]; intros k [|y b] L Q; try discriminate.
  - unfold act; cbn [factor at_each flipped z_parity all_zero]. rewrite value_times; cbn; ring.
  - cbn [quiet] in Q. apply andb_prop in Q as [Q1 Q2]. apply negb_true_iff in Q1. rewrite act_cons, Q1. cbn [xorb all_zero].
    destruct y; cbn [negb andb xorb].
    + unfold act. ring.
    + rewrite andb_false_r. cbn in L. rewrite (IH (times k (sign false)) b) by (try assumption; lia).
      rewrite value_times; cbn; ring.
Qed.

Lemma quiet_but_acts k a s (q : qubit K) b :
  length a = length b -> quiet_but s a = true ->
  act (Pauli k a) (start s q) b =
  start s (fun x => let l := letter_at s a in value (times k (sign (snd l && xorb (fst l) x))) * q (xorb (fst l) x)) b.
Proof.
  unfold letter_at. revert k a b; induction s as [|s IH]; intros k [|l a] [|y b] L Q; try discriminate; cbn [length] in L.
  - cbn [quiet_but] in Q. rewrite act_cons. cbn [start nth]. rewrite quiet_acts by (try assumption; lia).
    destruct (all_zero b); ring.
  - cbn [quiet_but] in Q. apply andb_prop in Q as [Q1 Q2]. apply negb_true_iff in Q1. rewrite act_cons, Q1.
    cbn [start nth xorb]. destruct y.
    + unfold act. ring.
    + rewrite andb_false_r. replace (times k (sign false)) with k by (destruct k as [[|] [|]]; reflexivity).
      apply IH; [lia | exact Q2].
Qed.

Lemma reading_acts n W s m L q :
  length (at_each W) = n -> reading s W = Some (m, L) ->
  same n (act W (start s q)) (fun b => value (sign m) * start s (apply K L q) b).
Proof.
  destruct W as [k a]. unfold reading; cbn [at_each factor]. intros La R b Lb.
  destruct (quiet_but s a) eqn:Q; [|discriminate]. cbn [andb] in R.
  destruct (eqb (snd k) (fst (letter_at s a) && snd (letter_at s a))) eqn:P; [|discriminate].
  injection R as <- <-. apply eqb_prop in P. rewrite quiet_but_acts by (try exact Q; lia).
  transitivity (start s (fun x => value (sign (fst k)) * apply K (letter_at s a) q x + 0 * q x) b).
  - apply start_extensional. intro x. cbn zeta. rewrite value_times. destruct k as [m t]; cbn [fst snd] in *. subst t.
    destruct (letter_at s a) as [[|] [|]], m, x; cbn; ring.
  - rewrite start_combination. ring.
Qed.

(** An operator that represents L carries L; with a minus sign, its negative does. *)
Theorem represented_carries n gs s m m' a L :
  all_fit n gs = true -> length a = n -> represented gs s (word m a) = Some (m', L) ->
  carries K n (encode_gates gs s) (word (xorb m m') a) L.
Proof.
  intros F La R. split; [exact La|]. split; [apply word_hermitian|]. intros p b Lb.
  assert (A : act (word m a) (encode_gates gs s p) b = value (sign m') * encode_gates gs s (apply K L p) b).
  { unfold encode_gates. rewrite (gates_pull K n) by assumption.
    rewrite (run_gates_same K n gs _ (fun c => value (sign m') * start s (apply K L p) c + 0 * start s p c)).
    - rewrite (run_gates_combination n) by exact Lb. ring.
    - intros c Lc. rewrite (reading_acts n _ s m' L p) by
        (try exact R; try exact Lc; rewrite pull_gates_length; exact La). ring.
    - exact Lb. }
  replace (word (xorb m m') a) with (scaled (sign m') (word m a)).
  - rewrite act_scaled, A. destruct m'; cbn; ring.
  - unfold scaled, word; cbn [factor at_each]. f_equal. destruct m, m', (phase_of_ys a) as [[|] [|]]; reflexivity.
Qed.
End CircuitStates.
