
namespace Cluster.Kernels.Tests.Evaluation.Detection;

/// <summary>Which layout outputs have, and what each says of one object, by hand.</summary>
public sealed class BoxLayoutTests
{
    private static readonly BoundingBox Box = new(10, 20, 30, 60); // x 20, y 40, width 20, height 40

    [Theory]
    [InlineData(DetectionLayout.YoloV8, "output0 84 8400")]
    [InlineData(DetectionLayout.YoloV5, "output0 25200 85; 339 3 80 80 85; 391 3 40 40 85")]
    [InlineData(DetectionLayout.Rows, "output0 300 6")]
    [InlineData(DetectionLayout.OpenVino, "detection_out 1 200 7")]
    [InlineData(DetectionLayout.Ssd, "scores 4420 2; boxes 4420 4")]
    [InlineData(DetectionLayout.Ssd, "confidences 100 4; boxes 100 4")]
    [InlineData(DetectionLayout.Detr, "logits 100 92; pred_boxes 100 4")]
    [InlineData(DetectionLayout.TensorFlow, "detection_boxes 10 4; detection_classes 10; detection_scores 10; num_detections")]
    [InlineData(DetectionLayout.EfficientNms, "num_dets 1; det_boxes 100 4; det_scores 100; det_classes 100")]
    [InlineData(DetectionLayout.Torchvision, "boxes 50 4; labels 50; scores 50")]
    public void Of_NamesAndShapes_AreRecognised(DetectionLayout expected, string outputs) =>
        BoxFormat.Of(Values(outputs)).Layout.ShouldBe(expected);

    [Theory]
    [InlineData("a 100 4; b 100 21", "may be ssd, boxes (N, candidates, 4), corners")]
    [InlineData("a 100 4; b 100 21", "or detr, boxes (N, queries, 4)")]
    [InlineData("boxes 10 4; class 10; score 10", "may be torchvision")]
    [InlineData("y 10", "which is no layout of boxes that shapes and names tell")]
    [InlineData("y 4 100", "'y' (N, 4, 100)")]
    [InlineData("y 84 80 80", "(N, 4 + classes, candidates)")]
    [InlineData("boxes 64 4", "say which of yolov8, yolov8rows, yolov5, yolox, ssd, detr, rtdetr, ")]
    public void Of_UnclearOutputs_SaysWhatIsExpected(string outputs, string expected) =>
        Should.Throw<KernelException>(() => BoxFormat.Of(Values(outputs))).Message.ShouldContain(expected);

    [Theory]
    [InlineData(DetectionLayout.YoloX, "y 8400 85", "8400 candidates where --detections yolox expects 84 for an input of 64x64")]
    [InlineData(DetectionLayout.Ssd, "y 8400 85", "where --detections ssd expects boxes (N, candidates, 4)")]
    [InlineData(DetectionLayout.Rows, "y 100 7", "where --detections rows expects (N, detections, 6)")]
    public void Of_AskedLayoutThatDoesNotFit_SaysWhatItExpects(DetectionLayout asked, string outputs, string expected) =>
        Should.Throw<KernelException>(() => BoxFormat.Of(Values(outputs), asked, new PictureSize(64, 64))).Message.ShouldContain(expected);

    // Two classes, of which the second is found with 0.8.
    [Theory]
    [InlineData(DetectionLayout.YoloV8, "y 6 1", "20 40 20 40 0.1 0.8")]
    [InlineData(DetectionLayout.YoloV8Rows, "y 1 6", "20 40 20 40 0.1 0.8")]
    [InlineData(DetectionLayout.YoloV5, "y 1 7", "20 40 20 40 0.8 0.1 1")]
    [InlineData(DetectionLayout.Rows, "y 1 6", "10 20 30 60 0.8 1")]
    [InlineData(DetectionLayout.OpenVino, "y 1 1 7", "0 2 0.8 10 20 30 60")]
    [InlineData(DetectionLayout.Torchvision, "boxes 1 4; labels 1; scores 1", "10 20 30 60; 0.8; 2")]
    [InlineData(DetectionLayout.EfficientNms, "det_boxes 1 4; det_classes 1; det_scores 1", "10 20 30 60; 0.8; 1")]
    [InlineData(DetectionLayout.TensorFlow, "boxes 1 4; classes 1; scores 1", "20 10 60 30; 0.8; 2")]
    public void Detections_OfOneObject_AreIt(DetectionLayout layout, string outputs, string values)
    {
        var found = BoxFormat.Of(Values(outputs), layout).Detections(Parts(values));

        found.ShouldHaveSingleItem().ShouldBe(new DetectedBox(Box, 1, 0.8f));
    }

    [Fact]
    public void Detections_OfAnSsd_AreEachClassWithoutTheBackground() =>
        BoxFormat.Of(Values("boxes 1 4; scores 1 3")).Detections(Parts("10 20 30 60; 0.1 0.3 0.6"))
            .ShouldBe([new DetectedBox(Box, 1, 0.6f), new DetectedBox(Box, 0, 0.3f)]);

    [Fact]
    public void Detections_OfDetr_AreTheSoftmaxOfTheLikeliestObject()
    {
        // exp of 0, ln 3, ln 6: 0.1, 0.3, 0.6, and the last is no object.
        var found = BoxFormat.Of(Values("logits 1 3; pred_boxes 1 4"))
            .Detections(Parts("20 40 20 40; 0 1.0986123 1.7917595")).ShouldHaveSingleItem();

        found.Box.ShouldBe(Box);
        found.Class.ShouldBe(1);
        found.Score.ShouldBe(0.3f, 1e-6f);
    }

    [Fact]
    public void Detections_OfRtDetr_AreTheSigmoidOfEachClass() =>
        BoxFormat.Of(Values("logits 1 2; pred_boxes 1 4"), DetectionLayout.RtDetr).Detections(Parts("20 40 20 40; 0 1.0986123"))
            .Select(box => (box.Class, Math.Round(box.Score, 6))).ShouldBe([(1, 0.75), (0, 0.5)]);

    [Fact]
    public void Detections_OfYoloX_LieWhereTheirCellSays()
    {
        // An input of 32 x 32 has 4 x 4, 2 x 2 and 1 cells. Cell 6 is column 2 of row 1 at stride 8; cell 19 is column 1 of row 1 at 16.
        float[] output = new float[21 * 6];
        new[] { 0.5f, 0.25f, MathF.Log(2), MathF.Log(4), 0.8f, 1 }.CopyTo(output, 6 * 6);
        new[] { 0.5f, 0.5f, 0, 0, 0.5f, 1 }.CopyTo(output, 19 * 6);

        var found = BoxFormat.Of(Values("y 21 6"), DetectionLayout.YoloX, new PictureSize(32, 32)).Detections([output]);

        found.Count.ShouldBe(2);
        found[0].Box.Left.ShouldBe(12, 1e-4f); // (2 + 0.5) * 8 - 8
        found[0].Box.Bottom.ShouldBe(26, 1e-4f); // (1 + 0.25) * 8 + 16
        found[1].Box.ShouldBe(new BoundingBox(16, 16, 32, 32));
    }

    [Theory]
    [InlineData("logits 1 92; pred_boxes 1 4", null, 90)] // 91 classes: COCO's own numbers
    [InlineData("logits 1 81; pred_boxes 1 4", null, 79)] // 80 classes in order
    [InlineData("boxes 1 4; scores 1 91", DetectionLayout.Ssd, 89)]
    [InlineData("boxes 1 4; scores 1 81", DetectionLayout.Ssd, 79)]
    [InlineData("boxes 1 4; labels 1; scores 1", null, 89)]
    [InlineData("y 84 100", null, 79)]
    public void Labels_OfCoco_AreNumberedAsTheNetworkDoes(string outputs, DetectionLayout? layout, int expected) =>
        BoxFormat.Of(Values(outputs), layout).Labels([0, 0, 1, 1, 79, 0, 90], new BoxLabels(640, 640, 80))
            .ShouldHaveSingleItem().Class.ShouldBe(expected);

    [Fact]
    public void Checked_SharesOfAPicture_BecomePixels()
    {
        var format = BoxFormat.Of(Values("boxes 1 4; scores 1 2"));

        var shares = format.Checked([Parts("0.1 0.2 0.3 0.6; 0 1")], new BoxLabels(100, 200, 1), []);
        var pixels = format.Checked([Parts("10 40 30 120; 0 1")], new BoxLabels(100, 200, 1), []);

        shares.Detections(Parts("0.1 0.2 0.3 0.6; 0 1"))[0].Box.Bottom.ShouldBe(120, 1e-4f);
        pixels.Detections(Parts("10 40 30 120; 0 1"))[0].Box.Bottom.ShouldBe(120);
        format.Sentence.ShouldStartWith("boxes are read from 'boxes', 'scores' as ssd: ");
    }

    private static ValueInfo[] Values(string outputs) =>
    [
        .. outputs.Split("; ").Select(output => output.Split(' ')).Select(words =>
            new ValueInfo(words[0], ElementType.Float, [-1, .. words.Skip(1).Select(long.Parse)])),
    ];

    private static ReadOnlyMemory<float>[] Parts(string values) =>
    [
        .. values.Split("; ").Select(part => (ReadOnlyMemory<float>)part.Split(' ')
            .Select(number => float.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray()),
    ];
}
