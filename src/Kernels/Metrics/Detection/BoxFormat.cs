namespace Cluster.Kernels.Metrics.Detection;

/// <summary>
/// The layout of boxes in a network's outputs, and of labels: rows of left, top, right, bottom and class, in the same unit; a class below 0
/// marks an empty row. Rows of labels that come with pictures go on with COCO's iscrowd and category (<see cref="BoxLabels"/>).
/// </summary>
/// <param name="Layout">How outputs are read.</param>
/// <param name="Outputs">The outputs that are read, with their whole shapes, in the layout's order.</param>
public sealed record BoxFormat(DetectionLayout Layout, IReadOnlyList<ValueInfo> Outputs)
{
    /// <summary>Numbers per box in an output.</summary>
    public const int Corners = 4;

    /// <summary>Candidates with a lower score are dropped.</summary>
    public const float LeastScore = 0.001f;

    /// <summary>The limit of detections per image; those with the highest scores are kept.</summary>
    public const int MostBoxes = 300;

    // Two candidates of one class that overlap by more are one; SSD's own limit is lower.
    private const double MostOverlap = 0.7;
    private const double MostOverlapOfSsd = 0.45;

    // What still counts as coordinates from 0 to 1, and how much farther numbers of another unit reach.
    private const float Whole = 1.5f;
    private const float Farther = 8;

    // Sigmoids in float32 may leave 0 to 1 by rounding.
    private const float Rounding = 1e-3f;

    private const int NamedShapes = 3;

    /// <summary>Size of the network's input, which pixels and cells refer to; null: it takes no picture.</summary>
    public PictureSize? Input { get; init; }

    /// <summary>The unit of outputs in that of labels: 1, or pixels where outputs are shares of the input.</summary>
    public (float X, float Y) Unit { get; init; } = (1, 1);

    /// <summary>Classes that the network tells apart; 0: not said by its outputs.</summary>
    public int Classes => Layout switch
    {
        DetectionLayout.YoloV8 => (int)Outputs[0].Shape[1] - Corners,
        DetectionLayout.YoloV8Rows => Width - Corners,
        DetectionLayout.YoloV5 or DetectionLayout.YoloX => Width - Corners - 1,
        DetectionLayout.Ssd or DetectionLayout.Detr => (int)Outputs[1].Shape[2] - 1,
        DetectionLayout.RtDetr => (int)Outputs[1].Shape[2],
        _ => 0,
    };

    /// <summary>Boxes per image before filtering.</summary>
    public int Candidates => (int)(Layout == DetectionLayout.YoloV8 || Outputs[0].Shape.Count > NamedShapes
        ? Outputs[0].Shape[2]
        : Outputs[0].Shape[1]);

    /// <summary>The layout in a sentence.</summary>
    public string Sentence =>
        $"boxes are read from {string.Join(", ", Outputs.Select(output => $"'{output.Name}'"))} as {LayoutFinder.Word(Layout)}: "
        + LayoutFinder.Expected(Layout);

    /// <summary>Numbers of a row of the first output.</summary>
    internal int Width => (int)Outputs[0].Shape[^1];

    private bool HasNms => Layout is DetectionLayout.Rows or DetectionLayout.OpenVino or DetectionLayout.Torchvision
        or DetectionLayout.TensorFlow or DetectionLayout.EfficientNms or DetectionLayout.Detr or DetectionLayout.RtDetr;

    // Their classes are numbered as COCO's categories are, from 1.
    private bool CountsFromOne =>
        Layout is DetectionLayout.Ssd or DetectionLayout.OpenVino or DetectionLayout.Torchvision or DetectionLayout.TensorFlow;

    /// <summary>The format of a network's outputs.</summary>
    /// <param name="outputs">All outputs with their whole shapes.</param>
    /// <param name="asked">The layout, if it was named.</param>
    /// <param name="input">Size of the network's input; null: it takes no picture.</param>
    /// <exception cref="KernelException">They have other shapes, or may be read in several ways.</exception>
    public static BoxFormat Of(IReadOnlyList<ValueInfo> outputs, DetectionLayout? asked = null, PictureSize? input = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var (layout, used) = LayoutFinder.Find(outputs, asked);
        var format = new BoxFormat(layout, used) { Input = input };
        return layout != DetectionLayout.YoloX || (input is { } size && BoxReader.Cells(size.Height, size.Width) == format.Candidates)
            ? format
            : throw new KernelException(
                $"The output '{used[0].Name}' has {format.Candidates} candidates where --detections yolox expects "
                + (input is { } known
                    ? $"{BoxReader.Cells(known.Height, known.Width)} for an input of {known}, "
                    : "an input of pictures, ")
                + "those of the grids of strides 8, 16 and 32: give another layout.");
    }

    /// <summary>Checks FP32's outputs, and finds their unit.</summary>
    /// <param name="outputs">Of each image, in the layout's order.</param>
    /// <param name="labels">The labels.</param>
    /// <returns>The format with the unit of these outputs.</returns>
    /// <exception cref="KernelException">Scores leave 0 to 1, or the two are in different units.</exception>
    public BoxFormat Checked(IEnumerable<IReadOnlyList<ReadOnlyMemory<float>>> outputs, SampleSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Checked(
            outputs,
            labels.Boxes,
            Enumerable.Range(0, labels.Count).SelectMany(i => Labels(labels, i)).Select(box => box.Box));
    }

    internal BoxFormat Checked(
        IEnumerable<IReadOnlyList<ReadOnlyMemory<float>>> outputs, BoxLabels? pictures, IEnumerable<BoundingBox> labels)
    {
        var (least, most, reach) = (float.PositiveInfinity, float.NegativeInfinity, 0f);
        foreach (var box in outputs.SelectMany(parts => new BoxReader(this, parts).All()))
        {
            (least, most) = (Math.Min(least, box.Score), Math.Max(most, box.Score));
            reach = Math.Max(reach, Math.Max(box.Box.Left + box.Box.Right, box.Box.Top + box.Box.Bottom) / 2);
        }

        string names = string.Join(", ", Outputs.Select(output => $"'{output.Name}'"));
        if (least < -Rounding || most > 1 + Rounding)
        {
            throw new KernelException(string.Create(
                CultureInfo.InvariantCulture,
                $"The output {names} has scores from {least:G3} to {most:G3} where 0 to 1 is expected: {LayoutFinder.Word(Layout)} is "
                + $"{LayoutFinder.Expected(Layout)}; put such an output first, or say which layout it is with --detections."));
        }

        // Labels of pictures are pixels of the network's input.
        if (pictures is { } size)
        {
            return reach <= Whole ? this with { Unit = (size.Width, size.Height) } : this;
        }

        float labelled = labels.Max(box => Math.Max(box.Right, box.Bottom));
        return labelled > Farther * reach || (labelled <= Whole && reach > Farther * labelled)
            ? throw new KernelException(string.Create(
                CultureInfo.InvariantCulture,
                $"The boxes of the output {names} reach to {reach:G3} and those of the labels to {labelled:G3}: both are expected in one "
                + $"unit, such as pixels of the network's input; convert the labels, or say the layout with --detections."))
            : this;
    }

    /// <summary>Checks all labels of a set.</summary>
    /// <exception cref="KernelException">One is wrong, or none is a box.</exception>
    public void RequireBoxes(SampleSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (Enumerable.Range(0, labels.Count).Sum(i => Labels(labels, i).Count(box => !box.IsCrowd)) == 0)
        {
            throw new KernelException($"'{labels.Name}' holds no box, so no detection can be right; give images with objects.");
        }
    }

    /// <summary>The labels of an image.</summary>
    /// <exception cref="KernelException">
    /// A class is not one of the network's, a side is not finite, or right and bottom lie before left and top.
    /// </exception>
    public IReadOnlyList<LabelledBox> Labels(SampleSet samples, int index)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Labels(samples.ReadTarget(index), samples.Boxes, samples.Name);
    }

    /// <summary>The same of rows of numbers.</summary>
    /// <param name="pictures">How they are numbered if they are of pictures; null: they are of an archive.</param>
    /// <param name="source">Where they are from, for errors.</param>
    public IReadOnlyList<LabelledBox> Labels(ReadOnlySpan<float> rows, BoxLabels? pictures = null, string source = "boxes")
    {
        int width = pictures is null ? BoxLabels.ArrayRow : BoxLabels.Row;
        var labels = new List<LabelledBox>();
        for (int at = 0; at < rows.Length; at += width)
        {
            var row = rows.Slice(at, width);
            if (row[4] < 0)
            {
                continue;
            }

            float given = pictures is { } known && UsesCategories(known) ? row[BoxLabels.Category] - (CountsFromOne ? 1 : 0) : row[4];
            int kind = (int)given;
            if (kind != given || kind < 0 || (Classes > 0 && kind >= Classes) || !float.IsFinite(row[0] + row[1] + row[2] + row[3])
                || row[2] < row[0] || row[3] < row[1])
            {
                throw new KernelException(
                    $"A box of '{source}' is [{string.Join(", ", row[..5].ToArray())}]: left, top, right, bottom and "
                    + $"a class from 0{(Classes > 0 ? $" to {Classes - 1}" : string.Empty)} are expected, as the network has them by the "
                    + $"layout {LayoutFinder.Word(Layout)}, or a class below 0 for a row that is no box.");
            }

            bool isCrowd = pictures is not null && row[BoxLabels.Crowd] > 0;
            labels.Add(new LabelledBox(new BoundingBox(row[0], row[1], row[2], row[3]), kind) { IsCrowd = isCrowd });
        }

        return labels;
    }

    /// <summary>
    /// The detections in an image by descending score: candidates without repeats of one with a higher score, where the network leaves
    /// such in.
    /// </summary>
    /// <param name="parts">The image's outputs, in the layout's order.</param>
    public IReadOnlyList<DetectedBox> Detections(params IReadOnlyList<ReadOnlyMemory<float>> parts)
    {
        var kept = new List<DetectedBox>();
        double most = Layout == DetectionLayout.Ssd ? MostOverlapOfSsd : MostOverlap;
        foreach (var box in new BoxReader(this, parts).All().Where(box => box.Score >= LeastScore).OrderByDescending(box => box.Score))
        {
            if (kept.Count == MostBoxes)
            {
                break;
            }

            if (HasNms || !kept.Exists(surer => surer.Class == box.Class && surer.Box.Overlap(box.Box) > most))
            {
                kept.Add(box);
            }
        }

        return Unit == (1, 1) ? kept : [.. kept.Select(box => box with { Box = box.Box.Scaled(Unit.X, Unit.Y) })];
    }

    // With more classes than the labels have categories, a class is a category's number: COCO has 80 in 1 to 90.
    private bool UsesCategories(BoxLabels labels) =>
        labels.Categories > 0 && (Classes > 0 ? Classes > labels.Categories : CountsFromOne);
}
