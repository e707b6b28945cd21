namespace Cluster.Glyphs;

/// <summary>A depthwise 3x3 and a pointwise 1x1 convolution, each with batch normalisation and ReLU.</summary>
/// <param name="Stride">Of the depthwise convolution.</param>
/// <param name="Channels">Of the block's output.</param>
internal readonly record struct DepthwiseBlock(int Stride, int Channels);
