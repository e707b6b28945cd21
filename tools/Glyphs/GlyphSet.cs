namespace Cluster.Glyphs;

/// <summary>What generated images are for; each has a stream of its own, so that no image of one occurs in another.</summary>
public enum GlyphSet
{
    Training,
    Calibration,
    Evaluation,
    Test,
}
