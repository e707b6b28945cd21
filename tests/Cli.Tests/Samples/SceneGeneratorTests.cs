using Cluster.Glyphs.Scenes;
using Cluster.Kernels.Metrics.Detection;

namespace Cluster.Cli.Tests.Samples;

public sealed class SceneGeneratorTests
{
    private const int Scenes = 120;
    private const int Pixels = SceneGenerator.Size * SceneGenerator.Size;

    [Fact]
    public void Draw_Boxes_LieInTheSceneAndApart()
    {
        foreach (var boxes in Drawn().Boxes)
        {
            boxes.Count.ShouldBeInRange(1, SceneGenerator.MostLetters);
            foreach (var (box, kind) in boxes)
            {
                kind.ShouldBeInRange(0, GlyphGenerator.Classes - 1);
                box.Left.ShouldBeInRange(0, box.Right);
                box.Top.ShouldBeInRange(0, box.Bottom);
                Math.Max(box.Right, box.Bottom).ShouldBeLessThanOrEqualTo(1);
                boxes.Count(other => other.Box.Overlap(box) > 0).ShouldBe(1); // itself
            }
        }
    }

    [Fact]
    public void Draw_Pixels_AreBrighterInBoxesThanOutside()
    {
        var (images, boxes) = Drawn();
        double inside = 0;
        double outside = 0;
        for (int scene = 0; scene < Scenes; scene++)
        {
            for (int i = 0; i < Pixels; i++)
            {
                float pixel = images[(scene * Pixels) + i];
                bool isIn = boxes[scene].Any(label => Holds(label.Box, i % SceneGenerator.Size, i / SceneGenerator.Size));
                inside += isIn ? pixel : 0;
                outside += isIn ? 0 : pixel;
            }
        }

        inside.ShouldBeGreaterThan(20 * Math.Abs(outside));
    }

    private static bool Holds(BoundingBox box, int x, int y) =>
        x + 0.5f > box.Left * SceneGenerator.Size && x + 0.5f < box.Right * SceneGenerator.Size
        && y + 0.5f > box.Top * SceneGenerator.Size && y + 0.5f < box.Bottom * SceneGenerator.Size;

    private static (float[] Images, IReadOnlyList<LabelledBox>[] Boxes) Drawn()
    {
        var arrays = new SceneGenerator(2).Draw(GlyphSet.Evaluation, 0, Scenes);
        var format = new BoxFormat(DetectionLayout.YoloV8, [new ValueInfo("y", ElementType.Float, [-1, 4 + GlyphGenerator.Classes, 1])]);
        return (
            arrays[0].Array.As<float>().ToArray(),
            [.. arrays[1].Array.As<float>().ToArray()
                .Chunk(SceneGenerator.MostLetters * SceneGenerator.LabelWidth)
                .Select(rows => format.Labels(rows))]);
    }
}
