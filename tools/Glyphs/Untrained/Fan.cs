namespace Cluster.Glyphs.Untrained;

/// <summary>What the variance of random weights is divided by.</summary>
internal enum Fan
{
    /// <summary>
    /// The inputs of a weight's output: signals keep their size through the network, as BatchNormalization keeps them in a trained one.
    /// </summary>
    In,

    /// <summary>
    /// The outputs of a weight's input, as torchvision begins its networks. It counts all channels of a depthwise convolution, so
    /// signals die out with depth where no BatchNormalization follows.
    /// </summary>
    Out,
}
