namespace Cluster.DataSpecs.Labels;

/// <summary>One image of a <see cref="FolderListing"/>.</summary>
/// <param name="Path">A full path.</param>
/// <param name="Label">Its class, from 0; null if the part has no classes.</param>
/// <param name="Labels">Its boxes, mask or text; null without.</param>
public readonly record struct ListedImage(string Path, int? Label, PictureLabels? Labels = null);
