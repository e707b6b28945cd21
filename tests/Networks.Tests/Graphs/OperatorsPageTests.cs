namespace Cluster.Networks.Tests.Graphs;

/// <summary>docs/operators.md is written from the catalog of operators; a failing test leaves the page to copy.</summary>
public sealed class OperatorsPageTests
{
    private const string Introduction = """
        # Operators

        A network may be made of any operator that ONNX Runtime has, in any form and any domain: opset {0} to {1}, any number of inputs and
        outputs, functions, branches and loops. Those below the interpreter computes itself; every other operator, form or element type
        ONNX Runtime executes inside it, in float, and layers before and behind are quantized as usual ([ADR
        53](adr/0053-what-the-interpreter-lacks-onnx-runtime-executes.md)). Learned roundings and fine-tuning end there: no gradient
        passes. `./cluster inspect` names such operators.

        The table is written from `OperatorCatalog` (`OperatorsPageTests`). Each operator is compared with ONNX Runtime
        (`OperatorTests`, `OperatorPropertyTests`, `RecurrentPropertyTests`, `ActivationProductTests`), the others by ONNX's own tests
        (`OnnxCasesTests`). Gradients flow through all but those in *italics*. Celu (12) is taken from opset 12 on.

        | operators | in a group of INT8 |
        |---|---|
        {2}

        A product (Gemm, MatMul) has weights where its right side is a constant matrix. A MatMul of two activations, Add, Mul and Concat
        have codes where all their inputs are activations; a Gemm of two activations and an Einsum stay in float ([ADR
        39](adr/0039-products-of-activations-are-groups.md)). Dropout and Identity are removed, Split becomes slices, Upsample a Resize;
        what depends on constants and sizes alone is computed beforehand.

        Written as the operators that they are made of, so that their products are groups and gradients pass (`JoinedFormsTests`):
        Attention of ONNX (opset 23 and 24) and of `com.microsoft`, MultiHeadAttention, FusedMatMul; Swish, QuickGelu, Gelu, BiasGelu
        and FastGelu of `com.microsoft`, SkipLayerNormalization, RMSNormalization over the last axis. Attention with a soft cap, lengths
        of padded keys, a causal mask over more keys than queries or in addition to a mask of what counts, packed inputs or a mask by
        lengths stays as it is, as does RotaryEmbedding.

        An If whose condition follows from constants, from `--set` and from sizes is replaced by the branch that it takes, and the
        layers in it are groups; any other is executed whole. Where all calibration samples take one branch of it, what is behind it
        stays in FP32, and a warning names the other.

        Executed by ONNX Runtime for their form: LSTM and GRU with clipping, coupled gates, peepholes, sequence lengths, layout 1,
        activations of their own or a cell state that is read; AveragePool with dilations; MaxPool whose indices are read; Pad in mode
        wrap; Resize with antialiasing or a kept aspect ratio; whatever computes with numbers other than float32, int64, int32 and bool.

        Inputs and outputs may be of any number type: the network is float32 inside and its files keep the type. A network without an
        output of floats is judged by its integers.

        Refused, with what is in the way: random numbers, training mode, BatchNormalization with spatial 0, Scan of opset 8, text,
        inputs that are no tensors, a network that gives no numbers, and a batch above 1 whose samples depend on each other. Of ONNX's
        own 3,868 cases, of opsets 1 to 28, 3,401 are right, 467 refused (152 of opsets below 7) and none wrong.

        """;

    private static readonly (IntegerUse Use, string Words)[] Uses =
    [
        (IntegerUse.Weights, "constant weights are codes; an integer kernel multiplies them with the codes of the input"),
        (IntegerUse.Codes, "reads codes of activations and writes codes of another scale"),
        (IntegerUse.InEachRun, "constant weights are codes, inputs and states are rounded in each run (on processors; else in float)"),
        (IntegerUse.Moves, "moves codes as they are"),
        (IntegerUse.Range, "disappears into the range of the layer that it follows"),
        (IntegerUse.Float, "stays in float between the integer kernels; it never keeps a network out"),
    ];

    [Fact]
    public void Page_IsWhatTheCatalogSays()
    {
        string expected = Introduction.Replace("{0}", $"{OnnxReader.OldestOpset}", StringComparison.Ordinal)
            .Replace("{1}", $"{OnnxReader.NewestOpset}", StringComparison.Ordinal)
            .Replace("{2}", string.Join('\n', Uses.Select(use => Row(use.Use, use.Words))), StringComparison.Ordinal);
        string path = Checkout.At("docs", "operators.md");
        string written = Path.Combine(AppContext.BaseDirectory, "operators.md");
        File.WriteAllText(written, expected);

        File.ReadAllText(path).ShouldBe(expected, $"copy {written} to {path}");
    }

    [Fact]
    public void Entries_OfEveryOperator_AreOfAKnownOpset() => OperatorCatalog.Entries.Values.ShouldAllBe(
        entry => entry.Since >= OnnxReader.OldestOpset && entry.Since <= OnnxReader.NewestOpset);

    private static string Row(IntegerUse use, string words) =>
        $"| {string.Join(", ", OperatorCatalog.Entries.Values.Where(entry => entry.Use == use).Select(Name))} | {words} |";

    private static string Name(OperatorEntry entry)
    {
        string name = entry.HasSlope ? entry.Name : $"*{entry.Name}*";
        return entry.Since == OnnxReader.OldestOpset ? name : $"{name} ({entry.Since})";
    }
}
