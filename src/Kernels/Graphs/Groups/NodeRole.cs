namespace Cluster.Kernels.Graphs.Groups;

/// <summary>
/// What an operator means to quantization on a runtime that executes integer kernels between Q/DQ pairs.
/// </summary>
internal enum NodeRole
{
    /// <summary>Convolution or matrix product with constant weights: gains from INT8.</summary>
    Weighted,

    /// <summary>Reads codes and writes codes of another scale: Add, Mul, Concat, average pooling.</summary>
    Requantizing,

    /// <summary>Matrix product of two activations, as attention has them: reads codes, writes codes or real numbers.</summary>
    Product,

    /// <summary>Moves or selects elements: the output's scale and zero point are the input's.</summary>
    ScalePreserving,

    /// <summary>Relu or Clip: disappears into the producer's output range.</summary>
    Activation,

    /// <summary>Everything that stays in float.</summary>
    Float,
}
