namespace Cluster.Kernels.Tests.Metrics.Detection;

public sealed class BoxFormatTests
{
    [Theory]
    [InlineData(0, 0, 2, 2, 1)]
    [InlineData(1, 0, 3, 2, 1 / 3.0)]
    [InlineData(2, 0, 4, 2, 0)]
    [InlineData(0, 0, 1, 1, 0.25)]
    [InlineData(1, 1, 1, 1, 0)]
    public void Overlap_WithTwoByTwo_IsWhatAHandComputes(float left, float top, float right, float bottom, double expected) =>
        new BoundingBox(0, 0, 2, 2).Overlap(new BoundingBox(left, top, right, bottom)).ShouldBe(expected, 1e-12);

    [Fact]
    public void Detections_OverlappingCandidates_KeepMostConfident()
    {
        // Rows: x, y, width, height, two classes. The second repeats the first, the third is of another class, the fourth is not sure.
        float[] output =
        [
            0.50f, 0.51f, 0.50f, 0.10f,
            0.50f, 0.50f, 0.50f, 0.10f,
            0.20f, 0.20f, 0.20f, 0.10f,
            0.40f, 0.40f, 0.40f, 0.10f,
            0.90f, 0.80f, 0.10f, 0.0005f,
            0.10f, 0.20f, 0.70f, 0.0002f,
        ];

        var found = Yolo(2, 4).Detections(output);

        found.Select(box => (box.Class, box.Score)).ShouldBe([(0, 0.90f), (1, 0.70f)]);
        found[0].Box.Left.ShouldBe(0.4f, 1e-6f);
        found[0].Box.Bottom.ShouldBe(0.7f, 1e-6f);
    }

    [Fact]
    public void Labels_EmptyRows_AreLeftOut() =>
        Yolo(3, 1).Labels([0.1f, 0.2f, 0.3f, 0.4f, 2, 0, 0, 0, 0, -1])
            .ShouldBe([new LabelledBox(new BoundingBox(0.1f, 0.2f, 0.3f, 0.4f), 2)]);

    [Theory]
    [InlineData(3, 0.1f)]
    [InlineData(0.5f, 0.1f)]
    [InlineData(0, float.NaN)]
    public void Labels_WrongRow_SaysWhatIsExpected(float kind, float left) =>
        Should.Throw<KernelException>(() => Yolo(3, 1).Labels([left, 0, 1, 1, kind]))
            .Message.ShouldContain("left, top, right, bottom and a class from 0 to 2 are expected");

    [Theory]
    [InlineData(4, 2, 3, 1)] // x, y, width, height
    [InlineData(2, 4, 3, 1)]
    public void Labels_OtherCorners_AreRefused(float left, float top, float right, float bottom) =>
        Should.Throw<KernelException>(() => Yolo(3, 1).Labels([left, top, right, bottom, 0]))
            .Message.ShouldContain("left, top, right, bottom");

    [Fact]
    public void RequireOutputs_BoxesAndScoresInTheLabelsUnit_Pass()
    {
        Required([320, 100, 40, 20, 0.9f, 0], [300, 90, 340, 610, 0]);
        Required([0.5f, 0.2f, 0.1f, 0.1f, 1, 0], [0.4f, 0.1f, 0.6f, 0.3f, 1]);
    }

    [Theory]
    [InlineData(new[] { 320f, 100, 40, 20, 5.1f, -3 }, new[] { 300f, 90, 340, 110, 0 }, "scores from 5.1 to 5.1 where 0 to 1 is expected")]
    [InlineData(new[] { 320f, 100, 40, 20, 0.9f, 0 }, new[] { 0.4f, 0.1f, 0.6f, 0.3f, 0 }, "to 320 and those of the labels to 0.6")]
    [InlineData(new[] { 0.5f, 0.2f, 0.1f, 0.1f, 1, 0 }, new[] { 300f, 90, 340, 110, 0 }, "to 0.5 and those of the labels to 340")]
    public void RequireOutputs_Others_AreRefused(float[] outputs, float[] labels, string expected) =>
        Should.Throw<KernelException>(() => Required(outputs, labels)).Message.ShouldContain(expected);

    // One candidate and two classes.
    private static void Required(float[] outputs, float[] labels) =>
        Yolo(2, 1).Checked([[outputs]], null, Yolo(2, 1).Labels(labels).Select(box => box.Box));

    private static BoxFormat Yolo(int classes, int candidates) =>
        new(DetectionLayout.YoloV8, [new ValueInfo("y", ElementType.Float, [-1, 4 + classes, candidates])]);
}
