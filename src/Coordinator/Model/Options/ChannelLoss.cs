namespace Cluster.Coordinator.Model.Options;

/// <summary>Whether a plan may win that loses a whole channel of the network's outputs.</summary>
public enum ChannelLoss
{
    /// <summary>The gate refuses it, whatever the metric says.</summary>
    Refuse,

    /// <summary>The metric alone decides: the channel is one that nobody reads.</summary>
    Allow,
}
