(** Certificates as text: the operators and claims of a certificate are read here, by Coq, letter for letter.

    A claim's own letters (the i of S[i]) are already replaced by numbers: one case at a time. *)

From Coq Require Import Bool List Arith Lia String Ascii DecimalString.
From NoClone Require Import Pauli Vectors Circuits CircuitStates FamilyStates Claims Checker.
Import ListNotations.
Local Open Scope string_scope.

(** A protocol document. Qubits are numbered register by register, the parties' first; recoveries name their gates and
    their output qubits. *)
Record document := Document {
  parties : list (string * nat);
  environment : list (string * nat);
  secret : string;
  stages : list (string * list gate);
  recoveries : list (string * (list gate * list nat)) }.

(** ** Names *)

Definition registers (d : document) : list (string * nat) := (parties d ++ environment d)%list.
Definition width (d : document) : nat := fold_right (fun r m => snd r + m) 0 (registers d).
Definition digits (k : nat) : string := NilEmpty.string_of_uint (Nat.to_uint k).
Definition indexed (name : string) (k : nat) : string := name ++ "[" ++ digits k ++ "]".

(** S[0], S[1], ...; the bare name for a register of one. *)
Definition names_of (r : string * nat) : list string :=
  match r with (name, 1) => [name] | (name, m) => map (indexed name) (seq 0 m) end.
Definition names (d : document) : list string := flat_map names_of (registers d).

Fixpoint position (name : string) (known : list string) : option nat :=
  match known with
  | [] => None
  | k :: known => if k =? name then Some 0 else option_map S (position name known)
  end.

(** The secret's place; it must be a register of one qubit. *)
Definition secret_place (d : document) : option nat :=
  match find (fun r => fst r =? secret d) (registers d) with
  | Some (name, 1) => position name (names d)
  | _ => None
  end.

(** ** Operators: a sign, then factors like X_A and Z_S[0]; +I is 1 *)

Fixpoint split (text word : string) : list string :=
  match text with
  | EmptyString => [word]
  | String c text => if Ascii.eqb c " " then word :: split text "" else split text (word ++ String c "")
  end.
Definition words (text : string) : list string := split text "".

Definition letter_of (c : ascii) : option letter :=
  if Ascii.eqb c "X" then Some X else if Ascii.eqb c "Y" then Some Y else if Ascii.eqb c "Z" then Some Z else None.

Definition add_factor (known : list string) (factor : string) (so_far : option (list letter)) : option (list letter) :=
  match so_far, factor with
  | Some a, String c (String "_" name) =>
      match letter_of c, position name known with
      | Some l, Some q => if letter_eqb (letter_at q a) I then Some (change (fun _ => l) q a) else None
      | _, _ => None
      end
  | _, _ => None
  end.

Definition read_operator (known : list string) (text : string) : option operator :=
  match text with
  | String c rest =>
      let identity := Some (repeat I (List.length known)) in
      let a := if rest =? "I" then identity else fold_right (add_factor known) identity (words rest) in
      match a with
      | Some a => if Ascii.eqb c "+" then Some (false, a) else if Ascii.eqb c "-" then Some (true, a) else None
      | None => None
      end
  | EmptyString => None
  end.

Fixpoint read_operators (known : list string) (texts : list string) : option (list operator) :=
  match texts with
  | [] => Some []
  | t :: texts =>
      match read_operator known t, read_operators known texts with
      | Some W, Some Ws => Some (W :: Ws)
      | _, _ => None
      end
  end.

(** ** Coalitions: items such as A, S, S[*], S[0], S[*-1], of the parties only *)

Definition item_in_register (item name : string) (m : nat) : option (list bool) :=
  if (item =? name) || (item =? name ++ "[*]") then Some (repeat true m) else
  match find (fun k => item =? indexed name k) (seq 0 m) with
  | Some k => Some (map (Nat.eqb k) (seq 0 m))
  | None => match find (fun k => item =? name ++ "[*-" ++ digits k ++ "]") (seq 0 m) with
            | Some k => Some (map (fun j => negb (Nat.eqb k j)) (seq 0 m))
            | None => None
            end
  end.

(** The mask of an item on some registers, and whether it was found. *)
Fixpoint item_mask (item : string) (rs : list (string * nat)) : list bool * bool :=
  match rs with
  | [] => ([], false)
  | (name, m) :: rs =>
      let (rest, found) := item_mask item rs in
      match item_in_register item name m with
      | Some here => ((here ++ rest)%list, true)
      | None => ((repeat false m ++ rest)%list, found)
      end
  end.

Definition either (a b : list bool) : list bool := map (fun p => fst p || snd p) (combine a b).

Fixpoint coalition_mask (d : document) (items : list string) : option (list bool) :=
  match items with
  | [] => Some (repeat false (width d))
  | item :: items =>
      let (here, found) := item_mask item (parties d) in
      match found, coalition_mask d items with
      | true, Some rest => Some (either (here ++ repeat false (width d - List.length here)) rest)
      | _, _ => None
      end
  end.

(** ** Claims *)

(** The gates up to the end of a stage, of a recovery (after all stages), or of everything. *)
Fixpoint up_to (name : string) (ss : list (string * list gate)) : option (list gate) :=
  match ss with
  | [] => None
  | (s, gs) :: ss => if s =? name then Some gs else option_map (app gs) (up_to name ss)
  end.

Definition all_stages (d : document) : list gate := flat_map snd (stages d).

Definition recovery (d : document) (name : string) : option (list gate * list nat) :=
  option_map snd (find (fun r => fst r =? name) (recoveries d)).

Definition moment (d : document) (name : string) : option (list gate) :=
  match recovery d name with
  | Some (gs, _) => Some (all_stages d ++ gs)%list
  | None => up_to name (stages d)
  end.

(** Items, and what follows "after". *)
Fixpoint items_and_moment (d : document) (ws : list string) : option (list string * list gate) :=
  match ws with
  | [] => Some ([], all_stages d)
  | ["after"; name] => option_map (pair []) (moment d name)
  | "after" :: _ => None
  | w :: ws => option_map (fun r => (w :: fst r, snd r)) (items_and_moment d ws)
  end.

Definition about_coalition (d : document) (ws : list string) (f : list bool -> claim) : option (list gate * claim) :=
  match items_and_moment d ws with
  | Some (item :: items, gs) => option_map (fun m => (gs, f m)) (coalition_mask d (item :: items))
  | _ => None
  end.

Definition about_output (d : document) (name : string) (f : nat -> claim) : option (list gate * claim) :=
  match recovery d name with
  | Some (gs, [out]) => Some ((all_stages d ++ gs)%list, f out)
  | _ => None
  end.

(** A claim's text: the gates up to the moment that it speaks of, and what it says then. *)
Definition read_claim (d : document) (text : string) : option (list gate * claim) :=
  match words text with
  | "hides" :: ws => about_coalition d ws Hides
  | "mixed" :: ws => about_coalition d ws Mixed
  | "recovers" :: ws => about_coalition d ws Recovers
  | "leaks" :: String c "" :: "from" :: ws =>
      match letter_of c with Some L => about_coalition d ws (Leaks L) | None => None end
  | ["restores"; name] => about_output d name Restores
  | ["single-use"; name] => about_output d name SingleUse
  | _ => None
  end.

(** What the text says about the document's circuit, in terms of states (Claims.v); nothing that cannot be read. *)
Definition says (K : scalars) (d : document) (text : string) : option Prop :=
  match read_claim d text, secret_place d with
  | Some (gs, c), Some s =>
      Some (claim_holds K (width d) (power_of_two K (count_h gs)) (encode_gates gs s) c)
  | _, _ => None
  end.

(** The claim can be read, and holds. *)
Definition proved (d : document) (text : string) : Prop :=
  forall K, match says K d text with Some holds => holds | None => False end.

(** The claim can be read, and does not hold. *)
Definition refuted (d : document) (text : string) : Prop :=
  forall K, match says K d text with Some holds => ~ holds | None => False end.

(** ** Checking *)

Definition with_read (d : document) (text : string) (operators : list string)
    (decide : list gate -> nat -> nat -> claim -> list operator -> bool) : bool :=
  match read_claim d text, secret_place d, read_operators (names d) operators with
  | Some (gs, c), Some s, Some Ws => decide gs (width d) s c Ws
  | _, _, _ => false
  end.

Definition accepts_proof (d : document) (text : string) (operators : list string) : bool :=
  with_read d text operators proves.
Definition accepts_attack (d : document) (text : string) (operators : list string) : bool :=
  with_read d text operators refutes.

(** Operators that the checker accepts for a claim prove it. *)
Theorem accepted_is_proved d text operators : accepts_proof d text operators = true -> proved d text.
Proof.
  unfold accepts_proof, with_read, proved, says. intros H K.
  destruct (read_claim d text) as [[gs c]|]; [|discriminate]. destruct (secret_place d) as [s|]; [|discriminate].
  destruct (read_operators (names d) operators) as [Ws|]; [|discriminate]. exact (proves_sound K gs (width d) s c Ws H).
Qed.

(** An operator that the checker accepts against a claim refutes it. *)
Theorem accepted_is_refuted d text operators : accepts_attack d text operators = true -> refuted d text.
Proof.
  unfold accepts_attack, with_read, refuted, says. intros H K.
  destruct (read_claim d text) as [[gs c]|]; [|discriminate]. destruct (secret_place d) as [s|]; [|discriminate].
  destruct (read_operators (names d) operators) as [Ws|]; [|discriminate]. exact (refutes_sound K gs (width d) s c Ws H).
Qed.
