using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Work;

namespace Cluster.Terminal;

/// <summary>The list of images that a person labels, as text: a CSV file with the columns image, file, fp32, others and label.</summary>
public static class LabelListText
{
    /// <summary>Written for a label that a person cannot tell: <see cref="LabelResult.Unknown"/>.</summary>
    public const string CannotTell = "?";

    /// <summary>The whole list.</summary>
    /// <param name="images">Its images, in order.</param>
    /// <param name="fileOf">The file of an image of the evaluation set; null if it is not a file of its own.</param>
    public static string Write(IEnumerable<AskedImage> images, Func<int, string?> fileOf)
    {
        var rows = new CsvText("image", "file", "fp32", "others", "label");
        foreach (var asked in images)
        {
            rows.Add(asked.Image, fileOf(asked.Image), Classes(asked.Float32), Others(asked), Label(asked.Label));
        }

        return rows.ToString();
    }

    /// <summary>An answer: its classes.</summary>
    public static string Classes(IEnumerable<int> classes) => string.Join(' ', classes);

    /// <summary>The other answers that candidates give.</summary>
    public static string Others(AskedImage asked) => string.Join(" | ", asked.Plans.Select(Classes));

    /// <summary>A label; empty if it is not given.</summary>
    public static string Label(int? label) => label is LabelResult.Unknown ? CannotTell : $"{label}";
}
