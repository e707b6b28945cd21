namespace Cluster.Kernels.Tests.Metrics.Detection;

/// <summary>Against an independent script in Python, on random scenes.</summary>
public sealed class MeanAveragePrecisionTests
{
    private const int Images = 60;
    private const int Classes = 3;
    private const int Candidates = 24;
    private const int Rows = 4;

    private const string Script = """
        images, classes, candidates, rows = (int(v) for v in x[:4])
        size = images * (4 + classes) * candidates
        outputs = x[4:4 + size].reshape(images, 4 + classes, candidates).astype(np.float64)
        labels = x[4 + size:].reshape(images, rows, 5).astype(np.float64)

        def iou(a, b):
            w = min(a[2], b[2]) - max(a[0], b[0])
            h = min(a[3], b[3]) - max(a[1], b[1])
            inter = max(w, 0) * max(h, 0)
            return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)

        def detect(out):
            boxes = []
            for k in range(candidates):
                c = int(np.argmax(out[4:, k]))
                cx, cy, w, h = out[:4, k]
                if out[4 + c, k] >= 0.001:
                    boxes.append((out[4 + c, k], c, (cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2)))
            boxes.sort(key=lambda b: -b[0])
            kept = []
            for b in boxes:
                if all(o[1] != b[1] or iou(o[2], b[2]) <= 0.7 for o in kept):
                    kept.append(b)
            return kept[:300]

        found = [detect(out) for out in outputs]

        def ap(c, threshold):
            total = sum(int(row[4]) == c for image in labels for row in image)
            if total == 0:
                return None
            hits = []
            for i in range(images):
                free = [tuple(row[:4]) for row in labels[i] if int(row[4]) == c]
                for score, kind, box in found[i]:
                    if kind != c:
                        continue
                    overlaps = [iou(box, other) for other in free]
                    j = int(np.argmax(overlaps)) if overlaps else -1
                    hit = j >= 0 and overlaps[j] >= threshold
                    if hit:
                        free.pop(j)
                    hits.append((score, hit))
            hits.sort(key=lambda h: -h[0])
            tp = np.cumsum([h for _, h in hits])
            precision = tp / np.arange(1, len(hits) + 1)
            recall = tp / total
            best = np.maximum.accumulate(precision[::-1])[::-1]
            values = []
            for r in range(101):
                at = np.searchsorted(recall, r / 100 - 1e-12, side='left')
                values.append(best[at] if at < len(best) else 0)
            return float(np.mean(values))

        for thresholds in ([0.5], [0.5 + 0.05 * i for i in range(10)]):
            all = [ap(c, t) for c in range(classes) for t in thresholds]
            print(np.mean([v for v in all if v is not None]))
        """;

    [Fact]
    public void Losses_RandomScenes_MeanWhatTheIndependentScriptSays()
    {
        var (outputs, labels) = Scenes(new Random(1));
        double[] expected = PythonReference.Run("numpy", Script, [Images, Classes, Candidates, Rows, .. outputs, .. labels]);

        Precision(outputs, labels, MeanAveragePrecision.Half).ShouldBe(expected[0], 1e-6);
        Precision(outputs, labels, MeanAveragePrecision.HalfToAll).ShouldBe(expected[1], 1e-6);
        expected[0].ShouldBeInRange(0.3, 0.95);
        expected[1].ShouldBeLessThan(expected[0]);
    }

    [Fact]
    public void Losses_PerfectDetector_AreNone()
    {
        float[] output = [0.5f, 0.5f, 0.2f, 0.2f, 0.9f, 0.5f, 0.5f, 0.4f, 0.4f, 0.8f];
        float[] label = [0.4f, 0.4f, 0.6f, 0.6f, 0, 0.3f, 0.3f, 0.7f, 0.7f, 0];

        Losses(output, label, 2, 1, 1, MeanAveragePrecision.HalfToAll)
            .ShouldAllBe(loss => Math.Abs(loss) < 1e-6);
    }

    [Fact]
    public void Losses_SceneWithoutObjects_LosesByWhatIsFoundInIt()
    {
        float[] output = [0.5f, 0.5f, 0.2f, 0.2f, 0.8f, 0.5f, 0.5f, 0.4f, 0.4f, 0.9f];
        float[] label = [0.4f, 0.4f, 0.6f, 0.6f, 0, 0, 0, 0, 0, -1];

        float[] losses = Losses(output, label, 2, 1, 1, MeanAveragePrecision.Half);

        losses.Average().ShouldBe(0.5f, 1e-6f); // the only right one comes second
        losses[1].ShouldBeGreaterThan(losses[0]);
    }

    private static double Precision(float[] outputs, float[] labels, IReadOnlyList<double> overlaps) =>
        1 - Losses(outputs, labels, Images, Classes, Candidates, overlaps).Average(loss => (double)loss);

    private static float[] Losses(
        float[] outputs, float[] labels, int images, int classes, int candidates, IReadOnlyList<double> overlaps)
    {
        var format = new BoxFormat(DetectionLayout.YoloV8, [new ValueInfo("y", ElementType.Float, [-1, 4 + classes, candidates])]);
        return MeanAveragePrecision.Losses(
            [.. outputs.Chunk(outputs.Length / images).Select(output => format.Detections(output))],
            [.. labels.Chunk(labels.Length / images).Select(rows => format.Labels(rows))],
            overlaps);
    }

    // Candidates near an object or anywhere, with scores that tell them apart now and then.
    private static (float[] Outputs, float[] Labels) Scenes(Random random)
    {
        float[] outputs = new float[Images * (4 + Classes) * Candidates];
        float[] labels = new float[Images * Rows * 5];
        for (int image = 0; image < Images; image++)
        {
            var row = labels.AsSpan(image * Rows * 5, Rows * 5);
            int objects = random.Next(0, Rows + 1);
            for (int i = 0; i < Rows; i++)
            {
                var (x, y, w, h) = (random.NextSingle(), random.NextSingle(), Side(random), Side(random));
                new[] { x - (w / 2), y - (h / 2), x + (w / 2), y + (h / 2), i < objects ? random.Next(Classes) : -1 }
                    .CopyTo(row[(i * 5)..]);
            }

            for (int k = 0; k < Candidates; k++)
            {
                Candidate(outputs.AsSpan(image * (4 + Classes) * Candidates, (4 + Classes) * Candidates), k, row, objects, random);
            }
        }

        return (outputs, labels);
    }

    private static void Candidate(Span<float> output, int k, ReadOnlySpan<float> labels, int objects, Random random)
    {
        bool isNear = objects > 0 && random.Next(3) > 0;
        var label = labels.Slice(isNear ? 5 * random.Next(objects) : 0, 5);
        float Moved(float value) => value + (0.05f * (random.NextSingle() - 0.5f));
        output[k] = isNear ? Moved((label[0] + label[2]) / 2) : random.NextSingle();
        output[Candidates + k] = isNear ? Moved((label[1] + label[3]) / 2) : random.NextSingle();
        output[(2 * Candidates) + k] = isNear ? Moved(label[2] - label[0]) : Side(random);
        output[(3 * Candidates) + k] = isNear ? Moved(label[3] - label[1]) : Side(random);
        for (int kind = 0; kind < Classes; kind++)
        {
            bool isRight = isNear && kind == (int)label[4] && random.Next(6) > 0;
            output[((4 + kind) * Candidates) + k] = (0.5f * random.NextSingle()) + (isRight ? 0.4f : 0);
        }
    }

    private static float Side(Random random) => 0.1f + (0.3f * random.NextSingle());
}
