namespace Cluster.Kernels.Metrics.Detection;

/// <summary>Reads the candidates of one sample, in the layout of its outputs, before any is dropped.</summary>
/// <param name="format">The layout.</param>
/// <param name="parts">The sample's outputs, in the layout's order.</param>
internal readonly struct BoxReader(BoxFormat format, IReadOnlyList<ReadOnlyMemory<float>> parts)
{
    private static readonly int[] Strides = [8, 16, 32];

    private readonly int _classes = format.Classes;
    private readonly int _candidates = format.Candidates;
    private readonly ReadOnlyMemory<float> _first = parts[0];

    /// <summary>Number of candidates of grids of these strides.</summary>
    public static int Cells(int height, int width) => Strides.Sum(stride => height / stride * (width / stride));

    /// <summary>Each candidate with its likeliest class, or with each of its classes if the layout has them compete with none.</summary>
    public List<DetectedBox> All() => format.Layout switch
    {
        DetectionLayout.YoloV8 => Grid(1, _candidates, null),
        DetectionLayout.YoloV8Rows => Grid(format.Width, 1, null),
        DetectionLayout.YoloV5 => Grid(format.Width, 1, BoxFormat.Corners),
        DetectionLayout.YoloX => Decoded(Grid(format.Width, 1, BoxFormat.Corners)),
        DetectionLayout.Ssd => Columns(1, box => Corners(box, 0, 1), scores => scores),
        DetectionLayout.RtDetr => Columns(0, Centred, scores => scores.Select(logit => 1 / (1 + MathF.Exp(-logit)))),
        DetectionLayout.Detr => Queries(),
        DetectionLayout.Rows => Rows(0, 4, 5, 0),
        DetectionLayout.OpenVino => Rows(3, 2, 1, 1),
        _ => Apart(),
    };

    private List<DetectedBox> Grid(int candidate, int number, int? objectness)
    {
        var values = _first.Span;
        var found = new List<DetectedBox>(_candidates);
        int first = objectness is null ? BoxFormat.Corners : BoxFormat.Corners + 1;
        for (int i = 0; i < _candidates; i++)
        {
            int at = i * candidate;
            int best = 0;
            for (int kind = 1; kind < _classes; kind++)
            {
                best = values[at + ((first + kind) * number)] > values[at + ((first + best) * number)] ? kind : best;
            }

            float score = values[at + ((first + best) * number)] * (objectness is { } place ? values[at + (place * number)] : 1);
            var (x, y) = (values[at], values[at + number]);
            var (halfWidth, halfHeight) = (values[at + (2 * number)] / 2, values[at + (3 * number)] / 2);
            found.Add(new DetectedBox(new BoundingBox(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight), best, score));
        }

        return found;
    }

    // Cells row by row, the finest grid first.
    private List<DetectedBox> Decoded(List<DetectedBox> raw)
    {
        var input = format.Input!.Value;
        int i = 0;
        foreach (int stride in Strides)
        {
            int columns = input.Width / stride;
            for (int cell = 0; cell < input.Height / stride * columns; cell++, i++)
            {
                var values = _first.Span.Slice(i * format.Width, BoxFormat.Corners);
                float x = (values[0] + (cell % columns)) * stride;
                float y = (values[1] + (cell / columns)) * stride;
                var (halfWidth, halfHeight) = (MathF.Exp(values[2]) * stride / 2, MathF.Exp(values[3]) * stride / 2);
                raw[i] = raw[i] with { Box = new BoundingBox(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight) };
            }
        }

        return raw;
    }

    // Every class of every candidate.
    private List<DetectedBox> Columns(int skipped, Func<float[], BoundingBox> box, Func<float[], IEnumerable<float>> scored)
    {
        var found = new List<DetectedBox>(_candidates * _classes);
        for (int i = 0; i < _candidates; i++)
        {
            var place = box(Row(0, i));
            found.AddRange(scored(Row(1, i)).Skip(skipped).Select((score, kind) => new DetectedBox(place, kind, score)));
        }

        return found;
    }

    private List<DetectedBox> Queries()
    {
        var found = new List<DetectedBox>(_candidates);
        for (int i = 0; i < _candidates; i++)
        {
            float[] logits = Row(1, i);
            float most = logits.Max();
            float sum = logits.Sum(logit => MathF.Exp(logit - most));
            int best = Enumerable.Range(0, _classes).MaxBy(kind => logits[kind]);
            found.Add(new DetectedBox(Centred(Row(0, i)), best, MathF.Exp(logits[best] - most) / sum));
        }

        return found;
    }

    private List<DetectedBox> Rows(int corners, int score, int kind, int firstClass)
    {
        var found = new List<DetectedBox>(_candidates);
        for (int i = 0; i < _candidates; i++)
        {
            var row = _first.Span.Slice(i * format.Width, format.Width);
            found.Add(new DetectedBox(
                new BoundingBox(row[corners], row[corners + 1], row[corners + 2], row[corners + 3]),
                (int)row[kind] - firstClass,
                row[score]));
        }

        return found;
    }

    private List<DetectedBox> Apart()
    {
        var (x, y) = format.Layout == DetectionLayout.TensorFlow ? (1, 0) : (0, 1);
        int firstClass = format.Layout == DetectionLayout.EfficientNms ? 0 : 1;
        var found = new List<DetectedBox>(_candidates);
        for (int i = 0; i < _candidates; i++)
        {
            found.Add(new DetectedBox(Corners(Row(0, i), x, y), (int)parts[2].Span[i] - firstClass, parts[1].Span[i]));
        }

        return found;
    }

    private float[] Row(int part, int candidate)
    {
        int width = parts[part].Length / _candidates;
        return parts[part].Span.Slice(candidate * width, width).ToArray();
    }

    private static BoundingBox Corners(float[] box, int x, int y) => new(box[x], box[y], box[2 + x], box[2 + y]);

    private static BoundingBox Centred(float[] box) =>
        new(box[0] - (box[2] / 2), box[1] - (box[3] / 2), box[0] + (box[2] / 2), box[1] + (box[3] / 2));
}
