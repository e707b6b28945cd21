using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Work;
using Cluster.Kernels.Data;
using Cluster.Reporting;
using Cluster.Reporting.Labels;
using Cluster.Storage.Files;

namespace Cluster.Evaluation.Labels;

/// <summary>Writes what a person fills in: a CSV file that <see cref="GivenLabels"/> reads, and a page with the pictures.</summary>
public static class LabelSheet
{
    // Pictures in a page; the list has all images.
    private const int MostPictures = 1000;

    /// <summary>Writes both files; images that were labelled before follow with their labels, so that the list is complete.</summary>
    /// <param name="csv">Path of the list.</param>
    /// <param name="html">Path of the page.</param>
    public static void Write(string csv, string html, LabelRequest request, SampleSet images)
    {
        var rows = new CsvText("image", "file", "fp32", "others", "label");
        foreach (var asked in request.Asked.Concat(request.Answered))
        {
            rows.Add(asked.Image, images.FileOf(asked.Image), Classes(asked.Float32), Others(asked), Label(asked.Label));
        }

        AtomicFile.Write(csv, rows.ToString());
        AtomicFile.Write(html, LabelPage.Write(
            Path.GetFileName(csv),
            request.Classes,
            [
                .. request.Asked.Concat(request.Answered).Select((asked, place) => new LabelCard(
                    asked.Image,
                    images.FileOf(asked.Image),
                    Classes(asked.Float32),
                    Others(asked),
                    Label(asked.Label),
                    place < Math.Min(MostPictures, request.Asked.Count) ? (images as ImageSet)?.Png(asked.Image) : null)),
            ]));
    }

    private static string Classes(IEnumerable<int> classes) => string.Join(' ', classes);

    private static string Others(AskedImage asked) => string.Join(" | ", asked.Plans.Select(Classes));

    private static string Label(int? label) => label is LabelResult.Unknown ? "?" : $"{label}";
}
