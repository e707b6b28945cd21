namespace Cluster.Kernels.Metrics.Detection;

/// <summary>Recognises the layout of a detector's outputs by their names and shapes.</summary>
internal static class LayoutFinder
{
    // Grids of candidates have more; what NMS keeps has fewer.
    private const int MostDetections = 1000;

    /// <summary>What each layout expects, for people.</summary>
    public static string Expected(DetectionLayout layout) => layout switch
    {
        DetectionLayout.YoloV8 =>
            "(N, 4 + classes, candidates), of each candidate x, y, width, height and a score for each class, as of YOLOv8",
        DetectionLayout.YoloV8Rows => "(N, candidates, 4 + classes), of each candidate x, y, width, height and a score for each class",
        DetectionLayout.YoloV5 =>
            "(N, candidates, 5 + classes), of each candidate x, y, width, height, the score of an object and of each class",
        DetectionLayout.YoloX => "(N, candidates, 5 + classes) with the candidates of the grids of strides 8, 16 and 32, not yet decoded",
        DetectionLayout.Ssd =>
            "boxes (N, candidates, 4), corners, and scores (N, candidates, 1 + classes), probabilities with background first",
        DetectionLayout.Detr => "boxes (N, queries, 4), x, y, width, height, and logits (N, queries, classes + 1) with no object last",
        DetectionLayout.RtDetr => "boxes (N, queries, 4), x, y, width, height, and logits (N, queries, classes) of sigmoids",
        DetectionLayout.Rows => "(N, detections, 6): left, top, right, bottom, score, class",
        DetectionLayout.OpenVino => "(N, 1, detections, 7): image, class, score, left, top, right, bottom",
        DetectionLayout.Torchvision => "boxes (N, detections, 4), labels and scores (N, detections), classes from 1",
        DetectionLayout.TensorFlow => "boxes (N, detections, 4) of top, left, bottom, right, classes from 1 and scores (N, detections)",
        DetectionLayout.EfficientNms => "boxes (N, detections, 4) of left, top, right, bottom, classes from 0 and scores (N, detections)",
        _ => throw new ArgumentOutOfRangeException(nameof(layout)),
    };

    /// <summary>The layout, and the outputs that it reads in its order: one, or boxes, scores and, where they are apart, classes.</summary>
    /// <param name="outputs">All outputs with their shapes, samples outermost.</param>
    /// <param name="asked">The layout that was asked for; null: the one that fits.</param>
    /// <exception cref="KernelException">None fits, or several do; the message says what is expected.</exception>
    public static (DetectionLayout Layout, IReadOnlyList<ValueInfo> Outputs) Find(IReadOnlyList<ValueInfo> outputs, DetectionLayout? asked)
    {
        if (asked is { } layout)
        {
            return Of(outputs, layout) is { } used ? (layout, used) : throw new KernelException(
                $"The outputs are {Shapes(outputs)} where --detections {Word(layout)} expects {Expected(layout)}: give another layout.");
        }

        DetectionLayout[] fitting = [.. Fitting(outputs)];
        return fitting switch
        {
            [var only] => (only, Of(outputs, only)!),
            [] => throw new KernelException(
                $"The outputs are {Shapes(outputs)}, which is no layout of boxes that shapes and names tell: "
                + $"{Expected(DetectionLayout.YoloV8)}, is one; say which of "
                + $"{string.Join(", ", Enum.GetValues<DetectionLayout>().Select(Word))} it is with --detections, or "
                + "export the network so."),
            _ => throw new KernelException(
                $"The outputs are {Shapes(outputs)}, which may be "
                + string.Join(" or ", fitting.Select(one => $"{Word(one)}, {Expected(one)}"))
                + ": say which with --detections."),
        };
    }

    /// <summary>"yolov8", as on the command line.</summary>
    public static string Word(DetectionLayout layout) => layout.ToString().ToLowerInvariant();

    // The layouts that names and shapes allow; the first output counts where it holds all.
    private static IEnumerable<DetectionLayout> Fitting(IReadOnlyList<ValueInfo> outputs)
    {
        if (Apart(outputs) is { } apart)
        {
            string[] names = [.. apart.Select(output => output.Name.ToLowerInvariant())];
            return Array.TrueForAll(names, name => name.Contains("detection_", StringComparison.Ordinal)) ? [DetectionLayout.TensorFlow]
                : Array.Exists(names, name => name.StartsWith("det_", StringComparison.Ordinal)) ? [DetectionLayout.EfficientNms]
                : names[2].Contains("label", StringComparison.Ordinal) ? [DetectionLayout.Torchvision]
                : [DetectionLayout.Torchvision, DetectionLayout.TensorFlow, DetectionLayout.EfficientNms];
        }

        if (BoxesAndScores(outputs) is [_, var scores])
        {
            return Named(scores, "logit") ? [DetectionLayout.Detr]
                : Named(scores, "score") || Named(scores, "conf") || Named(scores, "prob") ? [DetectionLayout.Ssd]
                : [DetectionLayout.Ssd, DetectionLayout.Detr];
        }

        return outputs[0].Shape switch
        {
            [_, 1, > 0, 7] => [DetectionLayout.OpenVino],
            [_, > 0 and <= MostDetections, 6] => [DetectionLayout.Rows],
            [_, > BoxFormat.Corners and var numbers, var candidates] when numbers - BoxFormat.Corners < candidates =>
                [DetectionLayout.YoloV8],
            [_, var candidates, > BoxFormat.Corners + 1 and var numbers] when numbers < candidates => [DetectionLayout.YoloV5],
            _ => [],
        };
    }

    // The outputs that a layout reads; null if there are none of its shapes.
    private static IReadOnlyList<ValueInfo>? Of(IReadOnlyList<ValueInfo> outputs, DetectionLayout layout) => layout switch
    {
        DetectionLayout.YoloV8 => outputs[0].Shape is [_, > BoxFormat.Corners, > 0] ? [outputs[0]] : null,
        DetectionLayout.YoloV8Rows => outputs[0].Shape is [_, > 0, > BoxFormat.Corners] ? [outputs[0]] : null,
        DetectionLayout.YoloV5 or DetectionLayout.YoloX => outputs[0].Shape is [_, > 0, > BoxFormat.Corners + 1] ? [outputs[0]] : null,
        DetectionLayout.Rows => outputs[0].Shape is [_, > 0, 6] ? [outputs[0]] : null,
        DetectionLayout.OpenVino => outputs[0].Shape is [_, 1, > 0, 7] ? [outputs[0]] : null,
        DetectionLayout.Ssd or DetectionLayout.Detr or DetectionLayout.RtDetr => BoxesAndScores(outputs),
        _ => Apart(outputs),
    };

    // (N, A, 4) and (N, A, C); where both have four columns, the names tell them apart.
    private static ValueInfo[]? BoxesAndScores(IReadOnlyList<ValueInfo> outputs)
    {
        var boxes = Boxes(outputs);
        var scores = boxes is null ? null : outputs
            .Where(output => output.Shape is [_, _, >= 2] && output.Shape[1] == boxes.Shape[1] && output != boxes)
            .OrderByDescending(output => Named(output, "logit") || Named(output, "score") || Named(output, "conf"))
            .FirstOrDefault();
        return boxes is null || scores is null ? null : [boxes, scores];
    }

    // Boxes, scores and classes of (N, K, 4), (N, K), (N, K).
    private static ValueInfo[]? Apart(IReadOnlyList<ValueInfo> outputs)
    {
        if (Boxes(outputs) is not { } boxes)
        {
            return null;
        }

        ValueInfo[] columns = [.. outputs.Where(output => output.Shape is [_, var count] && count == boxes.Shape[1])];
        var scores = columns.FirstOrDefault(output => Named(output, "score") || Named(output, "conf"));
        var classes = columns.FirstOrDefault(output => Named(output, "class") || Named(output, "label"));
        return scores is null || classes is null ? null : [boxes, scores, classes];
    }

    private static ValueInfo? Boxes(IReadOnlyList<ValueInfo> outputs) => outputs
        .Where(output => output.Shape is [_, > 0, BoxFormat.Corners])
        .OrderByDescending(output => Named(output, "box"))
        .FirstOrDefault();

    private static bool Named(ValueInfo output, string part) => output.Name.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string Shapes(IReadOnlyList<ValueInfo> outputs) =>
        string.Join(", ", outputs.Select(output => $"'{output.Name}' (N, {string.Join(", ", output.Shape.Skip(1))})"));
}
