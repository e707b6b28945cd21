namespace Cluster.DataSpecs.Labels;

/// <summary>
/// Label files of pictures in another folder, of the same names: YOLO's texts, where a picture without one has no objects, or masks as PNG
/// files, where each has one.
/// </summary>
internal static class Companions
{
    private const string Mask = ".png";
    private const string Text = ".txt";

    /// <summary>The pictures with their label files.</summary>
    /// <exception cref="MissingDataException">The folder has none, or a picture lacks its mask.</exception>
    /// <exception cref="DataSpecException">A text is not valid.</exception>
    public static IEnumerable<ListedImage> Of(
        IReadOnlyList<ListedImage> pictures, string folder, string source, DataAccess access)
    {
        string Of(ListedImage picture, string extension) =>
            Path.Combine(folder, Path.ChangeExtension(Path.GetFileName(picture.Path), extension));
        bool hasMasks = pictures.Any(picture =>
            Of(picture, Mask) is var mask && !string.Equals(mask, picture.Path, StringComparison.Ordinal) && access.FileExists(mask));
        if (!hasMasks && !pictures.Any(picture => access.FileExists(Of(picture, Text))))
        {
            throw new MissingDataException(
                $"The folder '{access.Shown(folder)}' of '{source}' has no label file of any picture: expected '"
                + $"{Path.GetFileName(Of(pictures[0], Text))}' (YOLO's boxes) or '{Path.GetFileName(Of(pictures[0], Mask))}' (a mask) for "
                + $"'{access.Shown(pictures[0].Path)}', and so on.");
        }

        foreach (var picture in pictures)
        {
            string file = Of(picture, hasMasks ? Mask : Text);
            bool exists = access.FileExists(file);
            if (hasMasks && !exists)
            {
                throw new MissingDataException(
                    $"The picture '{access.Shown(picture.Path)}' has no mask '{access.Shown(file)}', and others of '{source}' have one: "
                    + "add it, or leave the picture out.");
            }

            yield return picture with
            {
                Labels = new PictureLabels(hasMasks ? PictureLabelKind.Mask : PictureLabelKind.Boxes, 0)
                {
                    Boxes = hasMasks || !exists ? [] : YoloLabels.Read(file, source, access),
                    File = exists ? file : null,
                },
            };
        }
    }
}
