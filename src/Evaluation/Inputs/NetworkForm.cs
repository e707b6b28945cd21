using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;

namespace Cluster.Evaluation.Inputs;

/// <summary>How a network is taken apart, which has changed from version to version; a job keeps the form that it began with.</summary>
public enum NetworkForm
{
    /// <summary>Products of two activations are groups (ADR 39).</summary>
    Current,

    /// <summary>They stay in float, within the groups that they follow.</summary>
    ProductsInFloat,

    /// <summary>And HardSwish is one node (before ADR 22).</summary>
    HardSwishWhole,
}

/// <summary>Which form a job has.</summary>
internal static class NetworkForms
{
    /// <summary>Of a job that is asked for now.</summary>
    public static NetworkForm Asked(JobOptions options) =>
        options.Attention == AttentionKind.Float32 ? NetworkForm.ProductsInFloat : NetworkForm.Current;

    /// <summary>Of a stored job.</summary>
    public static NetworkForm Stored(JobOptions options) =>
        options.Attention != AttentionKind.Int8 ? NetworkForm.ProductsInFloat : NetworkForm.Current;

    /// <summary>
    /// The options as a spec states them: products in float are what older jobs have, which say nothing, and neither do networks without;
    /// nor is a network equalized that has no layers for it.
    /// </summary>
    public static JobOptions Stated(JobOptions options, NetworkFile network) => options with
    {
        Attention = network.Grouped.HasActivationProducts ? AttentionKind.Int8 : null,
        Equalize = network.Prepared == BuiltFrom.Equalized ? ChannelScaling.On : null,
    };
}
