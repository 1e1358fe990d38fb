(** From operators to states: what a represented logical says about what a coalition can do.

    The encoder V is any linear map from one qubit to n positions that keeps inner products up to a factor w (a textbook
    divides by its root). The theorems need only this: an operator W carries L if W V = V L. *)

From Coq Require Import Bool List Arith Lia Ring.
From NoClone Require Import Pauli Family Vectors Locality.
Import ListNotations.

Section States.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.
Notation vector := (vector K).

(** ** One qubit: the secret *)

Definition qubit := bool -> K.
Definition basis (x : bool) : qubit := fun y => if eqb x y then 1 else 0.
Definition overlap (p q : qubit) : K := conj (p false) * q false + conj (p true) * q true.

(** The Pauli matrices, with Y = [[0, -i], [i, 0]]. *)
Definition apply (L : letter) (p : qubit) : qubit :=
  match L with
  | (false, false) => p
  | (true, false) => fun x => p (negb x)
  | (false, true) => fun x => if x then - p true else p false
  | (true, true) => fun x => if x then i * p false else - (i * p true)
  end.

(** ** Encoders *)

(** V is linear and keeps inner products up to w, where w a = 0 only for a = 0: a real encoder, not an empty promise. *)
Record encoder (n : nat) (w : K) (V : qubit -> vector) : Prop := {
  linear : forall x y p q b, length b = n -> V (fun s => x * p s + y * q s) b = x * V p b + y * V q b;
  extensional : forall p q b, length b = n -> (forall s, p s = q s) -> V p b = V q b;
  isometric : forall p q, inner n (V p) (V q) = w * overlap p q;
  regular : forall a : K, w * a = 0 -> a = 0 }.

Variables (n : nat) (w : K) (V : qubit -> vector).
Hypothesis E : encoder n w V.

(** W V = V L, and W W = 1. *)
Definition carries (W : pauli) (L : letter) : Prop :=
  length (at_each W) = n /\ hermitian W /\ forall p, same n (act W (V p)) (V (apply L p)).

Definition held (mask : list bool) (L : letter) : Prop :=
  exists W, supported mask (at_each W) = true /\ carries W L.

(** ** What a coalition may know or do, in terms of states; the mask says which positions it holds *)

(** Everything it can measure is the same for all inputs, also between inputs: <Vp|M|Vq> = c <p|q> for each of its
    operators M, with c not depending on the inputs. (So its state is the same for all of them, entangled or not.) *)
Definition hides (mask : list bool) : Prop :=
  forall M, exists c, forall p q, inner n (V p) (local mask M (V q)) = c * overlap p q.

(** A product state of one more qubit, placed first, and n positions. *)
Definition joined (p : qubit) (u : vector) : vector :=
  fun b => match b with x :: b => p x * u b | [] => 0 end.

(** Some operator on the coalition and a fresh ancilla in |0> brings every input onto the ancilla. *)
Definition recovers (mask : list bool) : Prop :=
  exists M junk, ~ (forall b, length b = n -> junk b = 0) /\
  forall p, same (1 + n) (local (true :: mask) M (joined (basis false) (V p))) (joined p junk).

(** The same, by an operator that keeps inner products up to the factor 4: half of it is an isometry. *)
Definition recovers_isometrically (mask : list bool) : Prop :=
  exists M, (forall u v, inner (1 + n) (local (true :: mask) M u) (local (true :: mask) M v)
                         = (1 + 1) * (1 + 1) * inner (1 + n) u v) /\
  exists junk, ~ (forall b, length b = n -> junk b = 0) /\
  forall p, same (1 + n) (local (true :: mask) M (joined (basis false) (V p))) (joined p junk).

(** All that it can measure is <p|q> and <p|L|q> (twice, so as not to divide), and some operator of it measures L.
    That operator is any matrix on its qubits, so this says which component is there, not how well a measurement reads it. *)
Definition leaks_exactly (mask : list bool) (L : letter) : Prop :=
  L <> I /\
  (forall M, exists c d, forall p q,
     (1 + 1) * inner n (V p) (local mask M (V q)) = c * overlap p q + d * overlap p (apply L q)) /\
  exists M, forall p q, inner n (V p) (local mask M (V q)) = w * overlap p (apply L q).

(** ** Positive theorems *)

Let B (mask : list bool) M (p q : qubit) : K := inner n (V p) (local mask M (V q)).

Lemma two (a : K) : a = - a -> a = 0.
Proof. intro H. apply two_regular. rewrite H at 1. ring. Qed.

Lemma cancel_i (a b : K) : i * a = i * b -> a = b.
Proof.
  intro H. pose proof (i_squared K) as ii. replace a with (- (i * (i * a))) by ring [ii]. rewrite H. ring [ii].
Qed.

Lemma split_qubit (p : qubit) s : p s = p false * basis false s + p true * basis true s.
Proof. destruct s; unfold basis; simpl; ring. Qed.

Lemma V_split p b : length b = n -> V p b = p false * V (basis false) b + p true * V (basis true) b.
Proof. intro L. rewrite <- (linear _ _ _ E) by exact L. apply (extensional _ _ _ E); [exact L|]. apply split_qubit. Qed.

(** What an operator sees on all inputs follows from what it sees on |0> and |1>. *)
Lemma B_split mask M p q : length mask = n ->
  B mask M p q =
    conj (p false) * q false * B mask M (basis false) (basis false) + conj (p false) * q true * B mask M (basis false) (basis true)
  + conj (p true) * q false * B mask M (basis true) (basis false) + conj (p true) * q true * B mask M (basis true) (basis true).
Proof.
  intro L. unfold B.
  rewrite (inner_same K n (V p) (fun b => p false * V (basis false) b + p true * V (basis true) b)
    (local mask M (V q)) (fun b => q false * local mask M (V (basis false)) b + q true * local mask M (V (basis true)) b)).
  - rewrite inner_left, !inner_right. ring.
  - intros b H. apply V_split, H.
  - intros b H. rewrite <- local_combination. apply local_same. intros c C. apply V_split. lia.
Qed.

Lemma B_moves mask M L p q :
  length mask = n -> held (map negb mask) L -> B mask M (apply L p) q = B mask M p (apply L q).
Proof.
  intros N [W [S [LW [HW C]]]]. unfold B.
  rewrite <- (inner_same K n (act W (V p)) (V (apply L p)) (local mask M (V q)) (local mask M (V q)))
    by (try apply C; intros b H; reflexivity).
  rewrite hermitian_moves by assumption. apply inner_same; [intros b H; reflexivity|].
  intros b H. rewrite local_commutes by (try assumption; lia). apply local_same. intros c Hc. apply C. lia.
Qed.

(** If everybody else holds operators that carry X and Z, the coalition learns nothing. *)
Theorem rest_holds_all_hides mask :
  length mask = n -> held (map negb mask) X -> held (map negb mask) Z -> hides mask.
Proof.
  intros N HX HZ M. exists (B mask M (basis false) (basis false)). intros p q. fold (B mask M p q).
  pose proof (fun p q => B_moves mask M X p q N HX) as MX. pose proof (fun p q => B_moves mask M Z p q N HZ) as MZ.
  assert (D01 : B mask M (basis false) (basis true) = 0).
  { apply two. specialize (MZ (basis false) (basis true)). rewrite (B_split mask M (apply Z _) _ N), (B_split mask M _ (apply Z _) N) in MZ.
    cbn in MZ. rewrite ?conj_opp, conj_one, conj_zero in MZ. ring_simplify in MZ. exact MZ. }
  assert (D10 : B mask M (basis true) (basis false) = 0).
  { apply two. specialize (MZ (basis true) (basis false)). rewrite (B_split mask M (apply Z _) _ N), (B_split mask M _ (apply Z _) N) in MZ.
    cbn in MZ. rewrite ?conj_opp, ?conj_one, ?conj_zero in MZ. ring_simplify in MZ. symmetry; exact MZ. }
  assert (D11 : B mask M (basis true) (basis true) = B mask M (basis false) (basis false)).
  { specialize (MX (basis false) (basis true)). rewrite (B_split mask M (apply X _) _ N), (B_split mask M _ (apply X _) N) in MX.
    cbn in MX. rewrite ?conj_opp, ?conj_one, ?conj_zero in MX. ring_simplify in MX. exact MX. }
  rewrite B_split, D01, D10, D11 by exact N. unfold overlap. ring.
Qed.

(** What an operator that carries L measures: exactly L. *)
Lemma carrier_measures W L p q : carries W L -> inner n (V p) (act W (V q)) = w * overlap p (apply L q).
Proof.
  intros [_ [_ C]]. rewrite <- (isometric _ _ _ E). apply inner_same; [intros b H; reflexivity | apply C].
Qed.

Lemma held_measures mask L :
  length mask = n -> held mask L -> exists M, forall p q, inner n (V p) (local mask M (V q)) = w * overlap p (apply L q).
Proof.
  intros N [W [S C]]. destruct (held_pauli_is_local K mask W S) as [M H]. exists M. intros p q.
  rewrite <- (carrier_measures W L p q C). apply inner_same; [intros b L'; reflexivity|].
  intros b L'. symmetry. apply H. lia.
Qed.

(** If the coalition and everybody else both hold an operator that carries L, the coalition learns L and nothing else. *)
Theorem both_hold_leaks mask L :
  length mask = n -> L <> I -> held mask L -> held (map negb mask) L -> leaks_exactly mask L.
Proof.
  intros N D H H'. split; [exact D|]. split; [|apply held_measures; assumption]. intro M.
  exists (B mask M (basis false) (basis false) + B mask M (basis true) (basis true)).
  exists (B mask M (basis false) (apply L (basis false)) + B mask M (basis true) (apply L (basis true))).
  intros p q. fold (B mask M p q).
  pose proof (B_moves mask M L (basis false) (basis false) N H') as M00.
  pose proof (B_moves mask M L (basis false) (basis true) N H') as M01.
  pose proof (B_moves mask M L (basis true) (basis false) N H') as M10.
  pose proof (i_squared K) as ii.
  rewrite (B_split mask M p q N).
  rewrite (B_split mask M (basis false) (apply L (basis false)) N), (B_split mask M (basis true) (apply L (basis true)) N).
  rewrite (B_split mask M (apply L (basis false)) (basis false) N), (B_split mask M (basis false) (apply L (basis false)) N) in M00.
  rewrite (B_split mask M (apply L (basis false)) (basis true) N), (B_split mask M (basis false) (apply L (basis true)) N) in M01.
  rewrite (B_split mask M (apply L (basis true)) (basis false) N), (B_split mask M (basis true) (apply L (basis false)) N) in M10.
  set (b00 := B mask M (basis false) (basis false)) in *. set (b01 := B mask M (basis false) (basis true)) in *.
  set (b10 := B mask M (basis true) (basis false)) in *. set (b11 := B mask M (basis true) (basis true)) in *.
  clearbody b00 b01 b10 b11. unfold overlap.
  destruct L as [[|] [|]]; [| | |exfalso; apply D; reflexivity]; cbn in M00, M01, M10 |- *;
    rewrite ?conj_opp, ?conj_mul, ?conj_i, ?conj_opp, ?conj_one, ?conj_zero in *; ring_simplify in M00;
    ring_simplify in M01; ring_simplify in M10.
  - assert (E1 : b10 = - b01) by (apply cancel_i; replace (i * - b01) with (- (i * b01)) by ring; rewrite <- M00; ring).
    assert (E2 : b11 = b00) by (apply cancel_i; symmetry; exact M10). rewrite E1, E2. ring [ii].
  - rewrite M00 in *; first [rewrite M01 | rewrite <- M01]; ring.
  - assert (E1 : b01 = 0) by (apply two; first [exact M01 | symmetry; exact M01]).
    assert (E2 : b10 = 0) by (apply two; first [exact M10 | symmetry; exact M10]). rewrite E1, E2. ring.
Qed.

(** ** The decoder, from representatives *)

Variables WX WZ : pauli.

(** X and Z on the ancilla, times what carries them: 1 + a + b - a b, for the commuting a = X WX and b = Z WZ. It is
    twice the operator that swaps the ancilla and the encoded qubit. *)
Definition with_ancilla (L : letter) (W : pauli) : pauli := Pauli (factor W) (L :: at_each W).

Definition decoder (u : vector) : vector := fun b =>
  u b + act (with_ancilla X WX) u b + act (with_ancilla Z WZ) u b
  - act (multiply (with_ancilla X WX) (with_ancilla Z WZ)) u b.

Hypotheses (CX : carries WX X) (CZ : carries WZ Z) (AC : anticommute (at_each WX) (at_each WZ) = true).

Lemma ancilla_hermitian L W : (L = X \/ L = Z) -> hermitian W -> hermitian (with_ancilla L W).
Proof. intros [-> | ->] H; unfold hermitian in *; simpl; rewrite H; now destruct (crossings (at_each W) (at_each W)). Qed.

Lemma ancillas_commute : anticommute (at_each (with_ancilla X WX)) (at_each (with_ancilla Z WZ)) = false.
Proof. simpl. rewrite anticommute_cons, AC; reflexivity. Qed.

(** The decoder keeps inner products up to the factor 4: half of it is an isometry. *)
Theorem decoder_isometric u v : inner (1 + n) (decoder u) (decoder v) = (1 + 1) * (1 + 1) * inner (1 + n) u v.
Proof.
  destruct CX as [LX [HX _]], CZ as [LZ [HZ _]].
  set (a := with_ancilla X WX). set (b := with_ancilla Z WZ).
  assert (La : length (at_each a) = S n) by (simpl; rewrite LX; reflexivity).
  assert (Lb : length (at_each b) = S n) by (simpl; rewrite LZ; reflexivity).
  assert (Ha : hermitian a) by (apply ancilla_hermitian; auto).
  assert (Hb : hermitian b) by (apply ancilla_hermitian; auto).
  assert (AB : forall (x : vector) c, length c = S n -> act a (act b x) c = act b (act a x) c).
  { intros x c Hc. rewrite <- !act_multiply by lia. rewrite multiply_swapped by lia. unfold a, b.
    rewrite ancillas_commute, act_scaled. simpl; ring. }
  assert (move : forall P (x y : vector), hermitian P -> length (at_each P) = S n ->
    inner (1 + n) (act P x) y = inner (1 + n) x (act P y)) by (intros; apply hermitian_moves; assumption).
  assert (twice : forall P (x y : vector), hermitian P -> length (at_each P) = S n ->
    inner (1 + n) x (act P (act P y)) = inner (1 + n) x y).
  { intros P x y HP LP. apply inner_same; intros c Hc; [reflexivity|]. apply hermitian_twice; [exact HP | lia]. }
  assert (swap : forall x y : vector, inner (1 + n) x (act b (act a y)) = inner (1 + n) x (act a (act b y))).
  { intros x y. apply inner_same; intros c Hc; [reflexivity|]. symmetry; apply AB, Hc. }
  assert (form : forall x : vector, same (1 + n) (decoder x)
    (fun c => 1 * (1 * x c + 1 * act a x c) + 1 * (1 * act b x c + (- (1)) * act a (act b x) c))).
  { intros x c Hc. unfold decoder. rewrite act_multiply by (fold a b; simpl in Hc |- *; lia). fold a b. ring. }
  rewrite (inner_same K (1 + n) _ _ _ _ (form u) (form v)).
  rewrite (inner_left K (1 + n) 1 1 (fun c => 1 * u c + 1 * act a u c)
    (fun c => 1 * act b u c + (- (1)) * act a (act b u) c)).
  rewrite (inner_left K (1 + n) 1 1 u (act a u)), (inner_left K (1 + n) 1 (- (1)) (act b u) (act a (act b u))).
  rewrite !(inner_right K (1 + n) 1 1 (fun c => 1 * v c + 1 * act a v c)
    (fun c => 1 * act b v c + (- (1)) * act a (act b v) c)).
  rewrite !(inner_right K (1 + n) 1 1 v (act a v)), !(inner_right K (1 + n) 1 (- (1)) (act b v) (act a (act b v))).
  rewrite conj_opp, conj_one.
  (* every term comes down to <u|v>, <u|a v>, <u|b v> or <u|a b v>: move to the right, sort, cancel squares *)
  rewrite !(move a) by assumption. rewrite !(move b) by assumption.
  rewrite ?(twice a), ?(twice b) by assumption. rewrite ?swap. rewrite ?(twice a), ?(twice b) by assumption.
  assert (bb : forall y : vector, inner (1 + n) u (act a (act b (act b y))) = inner (1 + n) u (act a y)).
  { intro y. rewrite <- !(move a) by assumption. apply twice; assumption. }
  assert (ba : forall y : vector, inner (1 + n) u (act a (act b (act a y))) = inner (1 + n) u (act b y)).
  { intro y. rewrite <- (move a), swap, (move a), twice by assumption. reflexivity. }
  rewrite !ba, !bb, ?(twice b) by assumption. ring.
Qed.

Lemma ancilla_acts L W p u : L = X \/ L = Z ->
  forall x r, act (with_ancilla L W) (joined p u) (x :: r) = apply L p x * act W u r.
Proof.
  intros H x r. unfold with_ancilla. rewrite act_cons. unfold act, joined; cbn [factor at_each]. rewrite !value_times.
  destruct W as [k a]; cbn [factor at_each]. destruct H as [-> | ->]; destruct x; cbn; ring.
Qed.

(** The decoder brings every input from the code onto the ancilla, which starts in |0>, and leaves the code in V|0>. *)
Theorem decoder_restores p :
  same (1 + n) (decoder (joined (basis false) (V p))) (joined p (fun b => (1 + 1) * V (basis false) b)).
Proof.
  destruct CX as [LX [HX ActX]], CZ as [LZ [HZ ActZ]].
  intros [|x r] L; [discriminate|]. simpl in L. unfold decoder.
  rewrite act_multiply by (simpl; lia).
  rewrite (act_same K (S n) _ (act (with_ancilla Z WZ) (joined (basis false) (V p))) (joined (apply Z (basis false)) (act WZ (V p)))).
  - rewrite !ancilla_acts by auto. rewrite (act_same K n WX (act WZ (V p)) (V (apply Z p)) (ActZ p) r) by lia.
    rewrite !ActX, ActZ by lia. rewrite (V_split (apply X p)), (V_split (apply Z p)),
      (V_split (apply X (apply Z p))) by lia. unfold joined; rewrite (V_split p) by lia. destruct x; cbn; ring.
  - intros [|y c] Hc; [discriminate|]. rewrite ancilla_acts by auto. reflexivity.
  - simpl; lia.
Qed.

(** The decoder is an operator on the ancilla and the places that hold WX and WZ. *)
Theorem decoder_is_local mask :
  supported mask (at_each WX) = true -> supported mask (at_each WZ) = true ->
  exists M, forall u, same (1 + length mask) (decoder u) (local (true :: mask) M u).
Proof.
  intros SX SZ. set (id := Pauli unit_phase (map (fun _ => I) (true :: mask))).
  assert (Sid : supported (true :: mask) (at_each id) = true).
  { simpl. clear. induction mask as [|m mask IH]; simpl; [reflexivity|]. rewrite IH; now destruct m. }
  assert (Sab : supported (true :: mask) (at_each (multiply (with_ancilla X WX) (with_ancilla Z WZ))) = true).
  { simpl. revert SX SZ. generalize (at_each WX), (at_each WZ). clear. induction mask as [|m mask IH]; intros [|l a] [|k b];
      simpl; intros SX SZ; try discriminate; [reflexivity|]. apply andb_prop in SX as [S1 S2], SZ as [S3 S4].
    rewrite IH by assumption. rewrite andb_true_r. destruct m; [reflexivity|]. letters; cbv in *; congruence. }
  destruct (held_pauli_is_local K (true :: mask) id Sid) as [M0 H0].
  destruct (held_pauli_is_local K (true :: mask) (with_ancilla X WX) SX) as [M1 H1].
  destruct (held_pauli_is_local K (true :: mask) (with_ancilla Z WZ) SZ) as [M2 H2].
  destruct (held_pauli_is_local K (true :: mask) (multiply (with_ancilla X WX) (with_ancilla Z WZ)) Sab) as [M3 H3].
  exists (fun c d => 1 * (fun c d => 1 * M0 c d + 1 * M1 c d) c d + 1 * (fun c d => 1 * M2 c d + (- (1)) * M3 c d) c d).
  intros u b L. rewrite !local_operators. unfold decoder. rewrite H1, H2, H3 by exact L.
  replace (u b) with (act id u b); [rewrite H0 by exact L; ring|].
  unfold id, act; cbn [factor at_each]. generalize (true :: mask) u b. clear. intro m.
  induction m as [|x m IH]; intros u [|y b]; cbn; try ring. rewrite <- (IH (fun r => u (y :: r)) b).
  destruct y, (z_parity (map (fun _ : bool => I) m) (flipped (map (fun _ : bool => I) m) b)); reflexivity.
Qed.
End States.
