using Cluster.Coordinator.Questions;
using Cluster.DataSpecs.Labels;
using Cluster.Reporting.Labels;

namespace Cluster.Evaluation.Labels;

/// <summary>Writes what a person fills in: a CSV file that <see cref="GivenLabels"/> reads, and a page with the pictures.</summary>
public static class LabelSheet
{
    // Pictures in a page; the list has all images.
    private const int MostPictures = 1000;

    /// <summary>Writes both files; images that were labelled before follow with their labels, so that the list is complete.</summary>
    /// <param name="csv">Path of the list.</param>
    /// <param name="html">Path of the page.</param>
    /// <param name="names">What the page calls the classes.</param>
    public static void Write(string csv, string html, LabelRequest request, SampleSet images, ClassNames names)
    {
        AskedImage[] listed = [.. request.Asked, .. request.Answered];
        AtomicFile.Write(csv, LabelListText.Write(listed, images.FileOf));
        AtomicFile.Write(html, LabelPage.Write(
            Path.GetFileName(csv),
            request.Classes,
            names.Of,
            [
                .. listed.Select((asked, place) => new LabelCard(
                    asked.Image,
                    images.FileOf(asked.Image),
                    LabelListText.Classes(asked.Float32),
                    LabelListText.Others(asked),
                    LabelListText.Label(asked.Label),
                    place < Math.Min(MostPictures, request.Asked.Count) ? (images as ImageSet)?.Png(asked.Image) : null)),
            ]));
    }
}
