(** The claims that certificates are about, in terms of states, for any encoder of one qubit. *)

From Coq Require Import Bool List Arith Lia Ring.
From NoClone Require Import Pauli Family Vectors Locality States Verdicts FamilyStates Circuits.
Import ListNotations.

(** ** One qubit of many *)

Fixpoint single (n q : nat) (l : letter) : list letter :=
  match n, q with
  | O, _ => []
  | S n, O => l :: repeat I n
  | S n, S q => I :: single n q l
  end.

Fixpoint only (n q : nat) : list bool :=
  match n, q with
  | O, _ => []
  | S n, O => true :: repeat false n
  | S n, S q => false :: only n q
  end.

(** The same letters wherever the mask is true. *)
Fixpoint agree (mask : list bool) (a b : list letter) : bool :=
  match mask, a, b with
  | m :: mask, l :: a, k :: b => (negb m || letter_eqb l k) && agree mask a b
  | [], [], [] => true
  | _, _, _ => false
  end.

(** What is claimed of a coalition (a mask) or of an output qubit. *)
Inductive claim :=
  | Hides (mask : list bool) | Mixed (mask : list bool) | Recovers (mask : list bool)
  | Leaks (L : letter) (mask : list bool) | Restores (out : nat) | SingleUse (out : nat).

Section Claims.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.
Variables (n : nat) (w : K) (V : qubit K -> vector K).

(** The coalition learns nothing, and its state is maximally mixed: each Pauli on it, other than I, has mean 0. *)
Definition mixed (mask : list bool) : Prop :=
  hides K n V mask /\
  forall P, supported mask (at_each P) = true -> at_each P <> repeat I (length mask) ->
  forall p q, inner n (V p) (act P (V q)) = 0.

(** The output qubit is in the input's state, in product with all the rest, which does not depend on the input. *)
Definition restored (out : nat) : Prop :=
  exists junk, forall p, same n (V p) (fun b => p (bit out b) * junk (toggle out (bit out b) b)).

(** What each claim says. *)
Definition claim_holds (c : claim) : Prop :=
  match c with
  | Hides mask => hides K n V mask
  | Mixed mask => mixed mask
  | Recovers mask => recovers_isometrically K n V mask
  | Leaks L mask => leaks_exactly K n w V mask L
  | Restores out => restored out
  | SingleUse out => restored out /\ hides K n V (map negb (only n out))
  end.

Hypothesis E : encoder K n w V.

Lemma single_length m q l : length (single m q l) = m.
Proof. revert q; induction m as [|m IH]; intros [|q]; simpl; rewrite ?repeat_length, ?IH; reflexivity. Qed.

Lemma only_length m q : length (only m q) = m.
Proof. revert q; induction m as [|m IH]; intros [|q]; simpl; rewrite ?repeat_length, ?IH; reflexivity. Qed.

Lemma crossings_identity a m : crossings a (repeat I m) = false /\ crossings (repeat I m) a = false.
Proof.
  revert m; induction a as [|l a IH]; intros [|m]; simpl; auto. destruct (IH m) as [-> ->]. letters; auto.
Qed.

Lemma anticommute_single m q a l : length a = m -> (q < m)%nat ->
  anticommute a (single m q l) = letters_anticommute (letter_at q a) l.
Proof.
  unfold letter_at. revert q a; induction m as [|m IH]; intros [|q] [|k a] H L; simpl in *; try lia; rewrite anticommute_cons.
  - unfold anticommute. destruct (crossings_identity a m) as [-> ->]. apply xorb_false_r.
  - rewrite IH by lia. destruct k as [[|] [|]], (letters_anticommute (nth q a I) l); reflexivity.
Qed.

Lemma anticommute_agree mask a b c :
  supported mask a = true -> agree mask b c = true -> anticommute a b = anticommute a c.
Proof.
  revert a b c; induction mask as [|m mask IH]; intros [|l a] [|k b] [|k' c]; simpl; intros S A; try discriminate; auto.
  apply andb_prop in S as [S1 S2], A as [A1 A2]. rewrite !anticommute_cons, (IH a b c) by assumption.
  destruct m; simpl in *; [apply letter_eqb_eq in A1 as ->; reflexivity|]. apply letter_eqb_eq in S1 as ->. letters; reflexivity.
Qed.

Lemma agree_length mask a b : agree mask a b = true -> length a = length mask /\ length b = length mask.
Proof.
  revert a b; induction mask as [|m mask IH]; intros [|l a] [|k b]; simpl; intro A; try discriminate; auto.
  apply andb_prop in A as [_ A]. destruct (IH a b A); auto.
Qed.

Lemma some_letter mask a :
  supported mask a = true -> a <> repeat I (length mask) ->
  exists q, (q < length mask)%nat /\ nth q mask false = true /\ letter_at q a <> I.
Proof.
  unfold letter_at. revert a; induction mask as [|m mask IH]; intros [|l a]; simpl; intros S D; try discriminate; [destruct (D eq_refl)|].
  apply andb_prop in S as [S1 S2]. destruct (letter_eqb l I) eqn:Q.
  - apply letter_eqb_eq in Q as ->. destruct (IH a S2) as [q [H1 [H2 H3]]].
    + intro H. apply D. rewrite H. reflexivity.
    + exists (S q). split; [lia | split; assumption].
  - exists 0%nat. destruct m; [|simpl in S1; congruence]. split; [lia|]. split; [reflexivity|].
    intro H. simpl in H. subst l. discriminate.
Qed.

Lemma apply_overlap L p q : overlap K (apply K L p) (apply K L q) = overlap K p q.
Proof.
  pose proof (i_squared K) as ii. unfold overlap. destruct L as [[|] [|]]; cbn [apply negb]; rewrite ?conj_opp, ?conj_mul, ?conj_i; ring [ii].
Qed.

(** Hidden, and for X and Z on each of its qubits some carrier, of anything, that restricts to it: then mixed. *)
Theorem restrictions_mix mask :
  length mask = n -> hides K n V mask ->
  (forall q l, nth q mask false = true -> l = X \/ l = Z ->
     exists T L, carries K n V T L /\ agree mask (at_each T) (single n q l) = true) ->
  mixed mask.
Proof.
  intros N H R. split; [exact H|]. intros P S D p q.
  destruct (held_pauli_is_local K mask P S) as [M HM]. destruct (H M) as [c Hc].
  assert (B : forall p q, inner n (V p) (act P (V q)) = c * overlap K p q).
  { intros p' q'. rewrite <- Hc. apply inner_same; [intros b L; reflexivity|]. intros b L; apply HM; lia. }
  destruct (some_letter mask _ S D) as [at_q [L1 [L2 L3]]]. rewrite N in L1.
  pose proof (supported_length _ _ S) as LP. rewrite N in LP.
  assert (T : exists T L, carries K n V T L /\ anticommute (at_each P) (at_each T) = true).
  { assert (A : letters_anticommute (letter_at at_q (at_each P)) X = true \/ letters_anticommute (letter_at at_q (at_each P)) Z = true)
      by (destruct (letter_at at_q (at_each P)) as [[|] [|]]; cbv in *; auto; destruct (L3 eq_refl)).
    destruct A as [A|A]; [destruct (R at_q X L2 (or_introl eq_refl)) as [T [L [C G]]]
      | destruct (R at_q Z L2 (or_intror eq_refl)) as [T [L [C G]]]];
      exists T, L; (split; [exact C|]); rewrite (anticommute_agree mask _ _ _ S G), anticommute_single by assumption; exact A. }
  destruct T as [T [L [[LT [HT CT]] A]]].
  assert (Flip : inner n (V (apply K L p)) (act P (V (apply K L q))) = - inner n (V p) (act P (V q))).
  { rewrite <- (inner_same K n (act T (V p)) _ (act P (act T (V q))) _ (CT p)) by (intros b Lb; apply (act_same K n); [apply CT | exact Lb]).
    rewrite hermitian_moves by assumption. unfold inner.
    rewrite (sum_same K n _ (fun b => (- (1)) * (conj (V p b) * act P (V q) b) + 0 * 0)); [rewrite sum_combination; ring|].
    intros b Lb. rewrite <- (act_same K n T (act (multiply P T) (V q))) by
      (try exact Lb; intros c' Lc; apply act_multiply; lia).
    rewrite (act_same K n T (act (multiply P T) (V q)) (fun c' => (- (1)) * act T (act P (V q)) c' + 0 * 0)).
    - rewrite act_combination, hermitian_twice by (try assumption; lia). ring.
    - intros c' Lc. rewrite multiply_swapped, A, act_scaled, act_multiply by lia. cbn. ring.
    - exact Lb. }
  rewrite !B, apply_overlap in Flip. rewrite B. apply (minus_itself K), Flip.
Qed.

(** ** Outputs *)

Lemma act_identity k m u b : length b = m -> act (K := K) (Pauli k (repeat I m)) u b = value k * u b.
Proof.
  revert k u b; induction m as [|m IH]; intros k u [|x b] L; try discriminate.
  - unfold act; cbn [factor at_each repeat flipped z_parity]. rewrite value_times; cbn; ring.
  - cbn [repeat]. rewrite act_cons, IH by (simpl in L; lia). rewrite value_times. destruct x; cbn; ring.
Qed.

Lemma act_single_x k m q u b : length b = m -> (q < m)%nat -> act (K := K) (Pauli k (single m q X)) u b = value k * u (toggle q true b).
Proof.
  revert k q u b; induction m as [|m IH]; intros k q u [|x b] L Q; try discriminate; try lia. simpl in L.
  destruct q as [|q]; cbn [single toggle]; rewrite act_cons.
  - rewrite act_identity, value_times by lia. destruct x; cbn; ring.
  - rewrite IH, value_times by lia. destruct x; cbn; ring.
Qed.

Lemma act_single_z k m q u b : length b = m -> (q < m)%nat ->
  act (K := K) (Pauli k (single m q Z)) u b = value k * (if bit q b then - u b else u b).
Proof.
  unfold bit. revert k q u b; induction m as [|m IH]; intros k q u [|x b] L Q; try discriminate; try lia. simpl in L.
  destruct q as [|q]; cbn [single nth]; rewrite act_cons.
  - rewrite act_identity, value_times by lia. destruct x; cbn; ring.
  - rewrite IH, value_times by lia. destruct x, (nth q b false); cbn; ring.
Qed.

Lemma identity_phase m : phase_of_ys (repeat I m) = unit_phase.
Proof. induction m as [|m IH]; [reflexivity | exact IH]. Qed.

Lemma single_word m q l : l = X \/ l = Z -> word false (single m q l) = Pauli unit_phase (single m q l).
Proof.
  intro H. unfold word. f_equal. revert q; induction m as [|m IH]; intros [|q]; try reflexivity.
  - cbn [single phase_of_ys]. rewrite identity_phase. destruct H as [-> | ->]; reflexivity.
  - cbn [single phase_of_ys I fst snd andb]. exact (IH q).
Qed.

Lemma supported_single m q l : supported (only m q) (single m q l) = true.
Proof.
  revert q; induction m as [|m IH]; intros [|q]; cbn; auto. clear. induction m; cbn; auto.
Qed.

Lemma bit_toggled q b : (q < length b)%nat -> bit q (toggle q true b) = negb (bit q b).
Proof. unfold bit. revert q; induction b as [|[|] b IH]; intros [|q] L; simpl in *; try lia; auto; apply IH; lia. Qed.

(** If X and Z of an output qubit carry X and Z, that qubit is in the input's state and the rest knows nothing. *)
Theorem output_restored out :
  (out < n)%nat -> carries K n V (word false (single n out X)) X -> carries K n V (word false (single n out Z)) Z ->
  restored out /\ hides K n V (map negb (only n out)).
Proof.
  intros O CX CZ. split.
  - destruct CX as [_ [_ AX]], CZ as [_ [_ AZ]]. rewrite single_word in AX, AZ by auto.
    exists (V (basis K false)). intros p b L.
    assert (NX : forall p, V p (toggle out true b) = V (apply K X p) b)
      by (intro p'; rewrite <- AX, act_single_x by assumption; cbn; ring).
    assert (NZ : forall p, (if bit out b then - V p b else V p b) = V (apply K Z p) b)
      by (intro p'; rewrite <- AZ, act_single_z by assumption; cbn; ring).
    rewrite (V_split K n w V E) by exact L.
    pose proof (NZ (basis K false)) as Z0. pose proof (NZ (basis K true)) as Z1.
    rewrite (V_split K n w V E (apply K Z _)) in Z0 by exact L. rewrite (V_split K n w V E (apply K Z _)) in Z1 by exact L.
    cbn [apply X Z basis eqb negb] in Z0, Z1. destruct (bit out b) eqn:Q.
    + rewrite NX, (V_split K n w V E (apply K X _)) by exact L. cbn [apply X Z basis eqb negb].
      assert (V0 : V (basis K false) b = 0) by (apply (minus_itself K); transitivity (1 * V (basis K false) b + - 0 * V (basis K true) b); [ring | rewrite <- Z0; ring]).
      rewrite V0. ring.
    + assert (V1 : V (basis K true) b = 0) by (apply (minus_itself K); rewrite Z1 at 1; ring).
      assert (T : toggle out false b = b) by (clear; revert out; induction b as [|[|] b IH]; intros [|q]; simpl; rewrite ?IH; reflexivity).
      rewrite T, V1. ring.
  - assert (Back : map negb (map negb (only n out)) = only n out) by (rewrite map_map; rewrite <- map_id; apply map_ext, negb_involutive).
    apply (rest_holds_all_hides K n w V E).
    + rewrite map_length. apply only_length.
    + exists (word false (single n out X)). split; [rewrite Back; apply supported_single | exact CX].
    + exists (word false (single n out Z)). split; [rewrite Back; apply supported_single | exact CZ].
Qed.
End Claims.
