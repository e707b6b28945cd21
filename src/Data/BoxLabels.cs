namespace Cluster.Data;

/// <summary>Labelled boxes of pictures, in pixels of the network's input.</summary>
/// <param name="Width">Of the input.</param>
/// <param name="Height">Of the input.</param>
/// <param name="Categories">Categories of the labels; 0: not said.</param>
public readonly record struct BoxLabels(int Width, int Height, int Categories)
{
    /// <summary>Numbers of a box in an archive: left, top, right, bottom, class.</summary>
    public const int ArrayRow = 5;

    /// <summary>Numbers of a box of a picture: those, <see cref="Crowd"/> and <see cref="Category"/>.</summary>
    public const int Row = 7;

    /// <summary>The place of 1 for COCO's iscrowd, else 0.</summary>
    public const int Crowd = 5;

    /// <summary>The place of the category's number.</summary>
    public const int Category = 6;
}
