namespace Cluster.Glyphs;

/// <summary>The networks that can be trained on the sample's images.</summary>
public enum GlyphKind
{
    /// <summary>The demo's.</summary>
    MobileNet,

    /// <summary>A vision transformer.</summary>
    Vit,

    /// <summary>Blocks of parallel branches that are one convolution each when deployed.</summary>
    RepVgg,
}
