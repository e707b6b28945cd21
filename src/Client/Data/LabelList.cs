using System.Globalization;
using Cluster.Contract.V1;
using Cluster.Coordinator.Work;
using Cluster.DataSpecs.Labels;
using Cluster.Plans;

namespace Cluster.Client.Data;

/// <summary>The list of images that a person labels: a CSV file with the columns image, file, fp32, others and label.</summary>
internal static class LabelList
{
    private const long MostBytes = 16 << 20;

    /// <summary>Writes the list; images that were labelled before follow with their labels.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="asked">The images.</param>
    /// <param name="evaluation">The evaluation images as a data spec of picture files, to name them; or null.</param>
    /// <exception cref="UsageException">The file exists, or the spec has no picture files.</exception>
    public static void Write(string path, GetAskedImagesResponse asked, string? evaluation)
    {
        string[]? files = evaluation is null ? null : Files(evaluation);
        if (files is not null && asked.Images.Any(image => image.Image >= files.Length))
        {
            throw new JobException($"--eval has {files.Length} images where the job's evaluation set has more: give the same ones.");
        }

        if (File.Exists(path))
        {
            throw new UsageException($"{path} exists and may hold labels: choose another name with -o.");
        }

        File.WriteAllText(path, LabelListText.Write(
            asked.Images.Select(image => new Coordinator.Questions.AskedImage(
                image.Image,
                image.Float32,
                [.. image.Others.Select(other => other.Classes)],
                image.HasLabel ? image.Label : null)),
            image => files?[image]));
    }

    /// <summary>Reads the labels of a list that was filled in; lines without one are left out.</summary>
    /// <exception cref="UsageException">The file is not such a list.</exception>
    public static IEnumerable<ImageLabel> Read(string path)
    {
        string name = $"the label file '{path}'";
        var table = CsvTable.Read(DataFile.ReadAll(Path.GetFullPath(path), path, MostBytes, DataAccess.Anywhere), name);
        var (image, label) = (table.Column("image"), table.Column("label"));
        if (image < 0 || label < 0)
        {
            throw new JobException(
                $"The columns of {name} are '{string.Join(',', table.Header)}'; expected the columns 'image' and 'label', as `cluster "
                + "label` writes them.");
        }

        return [.. table.Rows.Where(row => row.Fields[label].Trim().Length > 0).Select(row => new ImageLabel
        {
            Image = Number(row.Fields[image], $"Line {row.Line} of {name} has the image"),
            Label = row.Fields[label].Trim() == LabelListText.CannotTell ? LabelResult.Unknown
                : Number(row.Fields[label], $"Line {row.Line} of {name} has the label"),
        })];
    }

    private static int Number(string text, string what) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new JobException(
                $"{what} '{text}'; expected a whole number from 0, or {LabelListText.CannotTell} if the class cannot be told.");

    private static string[] Files(string spec)
    {
        var parts = DataSpec.Parse(spec).Parts;
        return parts.All(part => part.Format is DataFormat.Folder or DataFormat.ImageFolder)
            ? [.. parts.Select(part => FolderListing.OfSlice(part, Directory.GetCurrentDirectory(), DataAccess.Anywhere))
                .SelectMany(listing => listing.Images.Select(image => Path.GetRelativePath(listing.Folder, image.Path)))]
            : throw new UsageException(
                $"--eval {spec} has no file for each image; folder: and imagefolder: have, leave it out for others.");
    }
}
