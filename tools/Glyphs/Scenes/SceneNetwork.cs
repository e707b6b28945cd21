namespace Cluster.Glyphs.Scenes;

/// <summary>
/// A detector in YOLO's manner with random weights: blocks that split their channels, two resolutions that are joined by Resize, and
/// for each place of both a box, as distances of its sides from the place, and a score for each letter. Outputs are what is found, in
/// the layout of YOLOv8, and the two maps that it is computed from.
/// </summary>
internal static class SceneNetwork
{
    public const string Input = "image";

    /// <summary>(N, 4 + letters, places): middle, width and height of a box in shares of the scene's side, and scores, 0 to 1.</summary>
    public const string Found = "found";

    /// <summary>A constant that is no weight: the factors of Resize.</summary>
    public const string Upscale = "upscale";

    /// <summary>Another: where the places are.</summary>
    public const string Middles = "places";

    private const long Sides = 4;
    private const int FineSide = SceneGenerator.Size / 4;
    private const int CoarseSide = SceneGenerator.Size / 8;
    private const long Fine = 32;
    private const long Coarse = 64;

    // No side is farther from a place than this share of the scene's side.
    private const float Reach = 0.4f;

    // One place in so many has a letter at first: the scores begin near it.
    private const float Rare = -4;

    /// <summary>The places that boxes are told for, x and y in shares of the scene's side; the fine ones first.</summary>
    public static IReadOnlyList<(float X, float Y, bool IsFine)> Places { get; } =
        [.. Of(FineSide).Select(place => (place.X, place.Y, true)), .. Of(CoarseSide).Select(place => (place.X, place.Y, false))];

    public static ModelGraph ToGraph(long seed)
    {
        var net = new GraphWriter("scenes-detector", 17, (ulong)SplitMix64.Derive(seed, "scenes/detector"));
        Layer(net, "stem", Input, 1, 16, 3, 2);
        Layer(net, "fine_down", "stem", 16, Fine, 3, 2);
        Split(net, "fine", "fine_down", Fine);
        Layer(net, "coarse_down", "fine", Fine, Coarse, 3, 2);
        Split(net, "coarse", "coarse_down", Coarse);
        net.Node(
            "Resize",
            ["coarse", "", net.Floats(Upscale, 1, 1, 2, 2)],
            "coarse_up",
            ("mode", AttributeValue.Of("nearest")),
            ("coordinate_transformation_mode", AttributeValue.Of("asymmetric")),
            ("nearest_mode", AttributeValue.Of("floor")));
        net.Node("Concat", ["fine", "coarse_up"], "joined", ("axis", AttributeValue.Of(1L)));
        Layer(net, "narrow", "joined", Fine + Coarse, Fine, 1, 1);
        Split(net, "both", "narrow", Fine);
        Head(net, "fine_map", "both", Fine, FineSide);
        Head(net, "coarse_map", "coarse", Coarse, CoarseSide);
        Decode(net);
        return net.Build(
            [new ValueInfo(Input, ElementType.Float, [-1, 1, SceneGenerator.Size, SceneGenerator.Size])],
            [
                new ValueInfo(Found, ElementType.Float, [-1, Sides + GlyphGenerator.Classes, Places.Count]),
                new ValueInfo("fine_map", ElementType.Float, [-1, Sides + GlyphGenerator.Classes, FineSide, FineSide]),
                new ValueInfo("coarse_map", ElementType.Float, [-1, Sides + GlyphGenerator.Classes, CoarseSide, CoarseSide]),
            ]);
    }

    private static IEnumerable<(float X, float Y)> Of(int side) =>
        Enumerable.Range(0, side * side).Select(i => (((i % side) + 0.5f) / side, ((i / side) + 0.5f) / side));

    private static void Layer(GraphWriter net, string name, string input, long inputs, long outputs, long kernel, long stride)
    {
        net.Convolution(name, input, inputs, outputs, kernel, stride, $"{name}_sum");
        net.Node("Relu", [$"{name}_sum"], name);
    }

    // Half of the channels go through two more layers; all three parts are joined.
    private static void Split(GraphWriter net, string name, string input, long channels)
    {
        long half = channels / 2;
        string[] parts = [$"{name}_kept", $"{name}_taken"];
        net.Nodes(
            "Split", [input, net.Ints($"{name}.halves", half, half)], $"{name}_split", parts, ("axis", AttributeValue.Of(1L)));
        Layer(net, $"{name}_first", parts[1], half, half, 3, 1);
        Layer(net, $"{name}_second", $"{name}_first", half, half, 3, 1);
        net.Node("Concat", [.. parts, $"{name}_second"], $"{name}_parts", ("axis", AttributeValue.Of(1L)));
        Layer(net, name, $"{name}_parts", 3 * half, channels, 1, 1);
    }

    private static void Head(GraphWriter net, string name, string input, long channels, int side)
    {
        long outputs = Sides + GlyphGenerator.Classes;
        net.Node(
            "Conv",
            [
                input, net.Normal($"{name}.weight", [outputs, channels, 1, 1], channels),
                net.Floats($"{name}.bias", [.. Enumerable.Range(0, (int)outputs).Select(i => i < Sides ? 0 : Rare)]),
            ],
            name,
            ("kernel_shape", AttributeValue.Of([1L, 1])));
        net.Node("Reshape", [name, net.Ints($"{name}.rows", 0, outputs, side * side)], $"{name}_rows");
    }

    private static void Decode(GraphWriter net)
    {
        net.Node("Concat", ["fine_map_rows", "coarse_map_rows"], "rows", ("axis", AttributeValue.Of(2L)));
        net.Node("Sigmoid", ["rows"], "shares");
        net.Nodes(
            "Split",
            ["shares", net.Ints("parts", 2, 2, GlyphGenerator.Classes)],
            "parts_split",
            ["left_top", "right_bottom", "scores"],
            ("axis", AttributeValue.Of(1L)));
        net.Number("reach", Reach);
        net.Number("half", 0.5f);
        net.Node("Mul", ["left_top", "reach"], "before");
        net.Node("Mul", ["right_bottom", "reach"], "after");
        net.Node("Add", ["before", "after"], "size");
        net.Node("Sub", ["after", "before"], "shift");
        net.Node("Mul", ["shift", "half"], "half_shift");
        net.Node("Add", ["half_shift", net.Table(Middles, [1, 2, Places.Count], Axes())], "middle");
        net.Node("Concat", ["middle", "size", "scores"], Found, ("axis", AttributeValue.Of(1L)));
    }

    private static float[] Axes() => [.. Places.Select(place => place.X), .. Places.Select(place => place.Y)];
}
