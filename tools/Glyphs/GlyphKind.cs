namespace Cluster.Glyphs;

/// <summary>The networks that can be trained on the sample's images.</summary>
public enum GlyphKind
{
    /// <summary>The demo's.</summary>
    MobileNet,

    /// <summary>A vision transformer.</summary>
    Vit,
}
