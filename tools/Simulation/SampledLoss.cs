namespace Cluster.Simulation;

/// <summary>How the plans of a <see cref="SampledNetwork"/> lose, and what their divergence tells of it.</summary>
public enum SampledLoss
{
    /// <summary>The divergence is about proportional to the loss, as it is drawn with it.</summary>
    AsDivergence,

    /// <summary>The divergence is computed from the images: that of two classes whose logits are a margin apart.</summary>
    Images,

    /// <summary>The same, and nearly all of the loss is a shift of every margin: it grows as the divergence's square root.</summary>
    Shifts,
}
