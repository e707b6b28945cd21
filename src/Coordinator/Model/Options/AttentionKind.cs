namespace Cluster.Coordinator.Model.Options;

/// <summary>What may become of products of two activations, as attention has them (ADR 39).</summary>
public enum AttentionKind
{
    /// <summary>They stay in float, within the groups that they follow: the form of jobs that are older than the choice.</summary>
    Float32,

    /// <summary>They are groups of their own, which the search decides about as about all others.</summary>
    Int8,
}
