namespace Cluster.DataSpecs.Labels;

/// <summary>A labelled object of a picture, as its file states it.</summary>
/// <param name="Left">Pixels of the picture, or its share of the width.</param>
/// <param name="Top">Likewise of the height.</param>
/// <param name="Right">Likewise.</param>
/// <param name="Bottom">Likewise.</param>
/// <param name="Class">From 0: the place of its category among all by their numbers.</param>
public readonly record struct ListedBox(float Left, float Top, float Right, float Bottom, int Class)
{
    /// <summary>The number of its category; without categories its class and one.</summary>
    public int Category { get; init; }

    /// <summary>Whether it stands for many objects.</summary>
    public bool IsCrowd { get; init; }

    /// <summary>Whether its sides are shares of the picture's.</summary>
    public bool IsShare { get; init; }
}
