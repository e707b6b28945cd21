namespace Orleans;

/// <summary>Why an activation ends.</summary>
public readonly struct DeactivationReason
{
    internal DeactivationReason(DeactivationReasonCode code, string text) => (ReasonCode, Description) = (code, text);

    public string Description { get; }

    public DeactivationReasonCode ReasonCode { get; }

    public override string ToString() => $"{ReasonCode}: {Description}";
}
