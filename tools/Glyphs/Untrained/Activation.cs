namespace Cluster.Glyphs.Untrained;

/// <summary>What follows a layer, as exporters write it.</summary>
internal enum Activation
{
    None,
    Relu,

    /// <summary>One node, from opset 14.</summary>
    HardSwish,

    /// <summary>The same function as torch exports it before opset 14: HardSigmoid and Mul.</summary>
    GatedHardSwish,

    /// <summary>Sigmoid and Mul.</summary>
    Silu,
    Sigmoid,
    HardSigmoid,
}
