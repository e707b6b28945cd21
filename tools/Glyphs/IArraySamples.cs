namespace Cluster.Glyphs;

/// <summary>Generated samples that a network takes as arrays. Any seed and index give the same bytes everywhere; thread-safe.</summary>
public interface IArraySamples
{
    /// <summary>What their files are called after.</summary>
    string Name { get; }

    /// <summary>Samples that follow each other in a set.</summary>
    /// <param name="set">Which stream.</param>
    /// <param name="first">Index of the first, from 0.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <returns>Arrays by name, samples outermost: the inputs of a network, and <c>labels</c>, <c>targets</c> or both.</returns>
    IReadOnlyList<(string Name, TensorData Array)> Draw(GlyphSet set, int first, int count);
}
