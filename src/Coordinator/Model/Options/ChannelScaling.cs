namespace Cluster.Coordinator.Model.Options;

/// <summary>Whether the channels of neighbouring layers are scaled against each other before anything is quantized.</summary>
public enum ChannelScaling
{
    /// <summary>The network is quantized unchanged.</summary>
    Off,

    /// <summary>Cross-layer equalization: the same function, with ranges that differ less between channels.</summary>
    On,
}
