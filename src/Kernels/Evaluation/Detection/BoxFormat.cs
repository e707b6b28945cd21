using Cluster.Kernels.Data.Arrays;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Evaluation.Detection;

/// <summary>
/// The layout of boxes. Outputs are those of YOLOv8 and its successors, (N, 4 + classes, candidates): for each candidate the centre of its
/// box, its width and its height, then a score for each class. Labels are rows of left, top, right, bottom and class, in the same unit; a
/// class below 0 marks an empty row.
/// </summary>
/// <param name="Classes">Scores per candidate.</param>
/// <param name="Candidates">Boxes per image before filtering.</param>
public sealed record BoxFormat(int Classes, int Candidates)
{
    /// <summary>Numbers per box in an output.</summary>
    public const int Corners = 4;

    /// <summary>Numbers per label.</summary>
    public const int LabelWidth = 5;

    /// <summary>Candidates with a lower score are dropped.</summary>
    public const float LeastScore = 0.001f;

    /// <summary>If two candidates of one class overlap by more than this, the one with the lower score is dropped.</summary>
    public const double MostOverlap = 0.7;

    /// <summary>The limit of detections per image; those with the highest scores are kept.</summary>
    public const int MostBoxes = 300;

    private const string Layout =
        "(N, 4 + classes, candidates) is expected, of each candidate x, y, width, height and a score for each class, as YOLOv8 exports it. "
        + "Put such an output first, without non-maximum suppression.";

    // What still counts as coordinates from 0 to 1, and how much farther numbers of another unit reach.
    private const float Whole = 1.5f;
    private const float Farther = 8;

    // Sigmoids in float32 may leave 0 to 1 by rounding.
    private const float Rounding = 1e-3f;

    /// <summary>The format of a network's output.</summary>
    /// <exception cref="KernelException">It has another shape, or as many classes as candidates: their places are swapped.</exception>
    public static BoxFormat Of(ValueInfo output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.Shape is [_, > Corners, > 0] && output.Shape[1] - Corners < output.Shape[2]
            ? new BoxFormat(checked((int)output.Shape[1]) - Corners, checked((int)output.Shape[2]))
            : throw new KernelException(
                $"The output '{output.Name}' has the shape [{string.Join(',', output.Shape)}] where boxes are judged: {Layout}");
    }

    /// <summary>Checks that the outputs of a network are boxes and scores in the labels' unit.</summary>
    /// <param name="output">The output's name.</param>
    /// <param name="outputs">(images, 4 + classes, candidates), of all images.</param>
    /// <param name="labels">(images, boxes, 5).</param>
    /// <exception cref="KernelException">Scores leave 0 to 1, or the two are in different units.</exception>
    public void RequireOutputs(string output, ReadOnlySpan<float> outputs, ReadOnlySpan<float> labels)
    {
        var (least, most, reach) = (float.PositiveInfinity, float.NegativeInfinity, 0f);
        for (int start = 0; start < outputs.Length; start += (Corners + Classes) * Candidates)
        {
            foreach (float score in outputs.Slice(start + (Corners * Candidates), Classes * Candidates))
            {
                (least, most) = (Math.Min(least, score), Math.Max(most, score));
            }

            foreach (float centre in outputs.Slice(start, 2 * Candidates))
            {
                reach = Math.Max(reach, centre);
            }
        }

        if (least < -Rounding || most > 1 + Rounding)
        {
            throw new KernelException(
                $"The output '{output}' has scores from {least:G3} to {most:G3} where 0 to 1 is expected: {Layout}");
        }

        float labelled = Labels(labels).Max(box => Math.Max(box.Box.Right, box.Box.Bottom));
        if (labelled > Farther * reach || (labelled <= Whole && reach > Farther * labelled))
        {
            throw new KernelException(
                $"The boxes of the output '{output}' reach to {reach:G3} and those of the array '{ArraySource.BoxesArray}' to "
                + $"{labelled:G3}: both are expected in one unit, such as pixels of the network's input; convert the labels.");
        }
    }

    /// <summary>Checks all labels of a set.</summary>
    /// <param name="labels">(images, boxes, 5).</param>
    /// <exception cref="KernelException">One is wrong, or none is a box.</exception>
    public void RequireBoxes(ReadOnlySpan<float> labels)
    {
        if (Labels(labels).Count == 0)
        {
            throw new KernelException(
                $"The array '{ArraySource.BoxesArray}' holds no box, so no detection can be right; give images with objects.");
        }
    }

    /// <summary>The labels of an image.</summary>
    /// <param name="rows">(boxes, 5).</param>
    /// <exception cref="KernelException">
    /// A class is not one of the network's, a side is not finite, or right and bottom lie before left and top.
    /// </exception>
    public IReadOnlyList<LabelledBox> Labels(ReadOnlySpan<float> rows)
    {
        var labels = new List<LabelledBox>();
        for (int at = 0; at < rows.Length; at += LabelWidth)
        {
            if (rows[at + 4] < 0)
            {
                continue;
            }

            var row = rows.Slice(at, LabelWidth);
            int kind = (int)row[4];
            if (kind != row[4] || kind >= Classes || !float.IsFinite(row[0] + row[1] + row[2] + row[3])
                || row[2] < row[0] || row[3] < row[1])
            {
                throw new KernelException(
                    $"A row of the array '{ArraySource.BoxesArray}' is [{string.Join(", ", row.ToArray())}]: left, top, right, bottom and "
                    + $"a class from 0 to {Classes - 1} are expected, or a class below 0 for a row that is no box.");
            }

            labels.Add(new LabelledBox(new BoundingBox(row[0], row[1], row[2], row[3]), kind));
        }

        return labels;
    }

    /// <summary>
    /// The detections in an image: each candidate as its likeliest class, by descending score, without repeats of one with a higher score.
    /// </summary>
    /// <param name="output">(4 + classes, candidates).</param>
    public IReadOnlyList<DetectedBox> Detections(ReadOnlySpan<float> output)
    {
        var found = new List<DetectedBox>();
        for (int i = 0; i < Candidates; i++)
        {
            if (Likeliest(output, i) is var (kind, score) && score >= LeastScore)
            {
                float x = output[i];
                float y = output[Candidates + i];
                float halfWidth = output[(2 * Candidates) + i] / 2;
                float halfHeight = output[(3 * Candidates) + i] / 2;
                found.Add(new DetectedBox(new BoundingBox(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight), kind, score));
            }
        }

        var kept = new List<DetectedBox>();
        foreach (var box in found.OrderByDescending(box => box.Score))
        {
            if (kept.Count < MostBoxes && !kept.Exists(surer => surer.Class == box.Class && surer.Box.Overlap(box.Box) > MostOverlap))
            {
                kept.Add(box);
            }
        }

        return kept;
    }

    private (int Class, float Score) Likeliest(ReadOnlySpan<float> output, int candidate)
    {
        int best = 0;
        for (int kind = 1; kind < Classes; kind++)
        {
            if (Score(output, kind, candidate) > Score(output, best, candidate))
            {
                best = kind;
            }
        }

        return (best, Score(output, best, candidate));
    }

    private float Score(ReadOnlySpan<float> output, int kind, int candidate) => output[((Corners + kind) * Candidates) + candidate];
}
