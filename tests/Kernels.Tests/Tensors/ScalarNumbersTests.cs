using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class ScalarNumbersTests
{
    private const int Operand = sizeof(int);

    // A Scalar that a conversion made on the spot may be collected while libtorch reads it, in TorchSharp's own code as well.
    [Fact]
    public void Kernels_PassNoNumberToTorchSharpThatNothingHolds()
    {
        using var file = new PEReader(File.OpenRead(typeof(ScalarNumbers).Assembly.Location));
        MetadataReader names = file.GetMetadataReader();
        var converting = Converting();
        var calls = names.MemberReferences
            .Where(member => converting.Contains(Signature(names, member)))
            .ToDictionary(member => MetadataTokens.GetToken(member), member => Signature(names, member));

        calls.ShouldNotBeEmpty("ScalarNumbers has them");
        (from handle in names.MethodDefinitions
         let type = names.GetString(names.GetTypeDefinition(names.GetMethodDefinition(handle).GetDeclaringType()).Name)
         where type is not nameof(ScalarNumbers) and not nameof(TorchScripts)
         from called in Operands(file, names, handle)
         where calls.ContainsKey(called)
         select $"{type}.{names.GetString(names.GetMethodDefinition(handle).Name)}: {calls[called]}")
            .ShouldBeEmpty("write number.AsScalar(), and ScalarNumbers.One as add's last argument");
    }

    // TorchSharp's members that convert a number, or call one that does, as "Type.Name (types of its arguments)".
    private static HashSet<string> Converting()
    {
        using var file = new PEReader(File.OpenRead(typeof(torch).Assembly.Location));
        MetadataReader names = file.GetMetadataReader();
        var bodies = names.MethodDefinitions.ToDictionary(handle => handle, handle => Operands(file, names, handle).ToHashSet());
        var found = names.MethodDefinitions.Where(handle => IsConversion(names, handle)).ToHashSet();
        var newest = found.ToList();
        while (newest.Count > 0)
        {
            var tokens = newest.Select(handle => MetadataTokens.GetToken(handle)).ToList();
            newest = [.. bodies.Where(body => body.Value.Overlaps(tokens) && found.Add(body.Key)).Select(body => body.Key)];
        }

        return [.. found.Select(handle => Signature(names, handle))];
    }

    private static bool IsConversion(MetadataReader names, MethodDefinitionHandle handle)
    {
        var method = names.GetMethodDefinition(handle);
        return (names.GetString(names.GetTypeDefinition(method.GetDeclaringType()).Name), names.GetString(method.Name))
            is (nameof(Scalar), "op_Implicit") or ("ScalarExtensionMethods", "ToScalar");
    }

    private static string Signature(MetadataReader names, MethodDefinitionHandle handle)
    {
        var method = names.GetMethodDefinition(handle);
        return Signature(
            names.GetString(names.GetTypeDefinition(method.GetDeclaringType()).Name), names.GetString(method.Name),
            method.DecodeSignature(new TypeNames(), null));
    }

    private static string Signature(MetadataReader names, MemberReferenceHandle handle)
    {
        var member = names.GetMemberReference(handle);
        return member.Parent.Kind == HandleKind.TypeReference && member.GetKind() == MemberReferenceKind.Method
            ? Signature(
                names.GetString(names.GetTypeReference((TypeReferenceHandle)member.Parent).Name), names.GetString(member.Name),
                member.DecodeMethodSignature(new TypeNames(), null))
            : string.Empty;
    }

    private static string Signature(string type, string name, MethodSignature<string> signature) =>
        $"{type}.{name} ({string.Join(", ", signature.ParameterTypes)})";

    // Whatever may be the operand of call, callvirt or ldftn.
    private static IEnumerable<int> Operands(PEReader file, MetadataReader names, MethodDefinitionHandle handle)
    {
        int address = names.GetMethodDefinition(handle).RelativeVirtualAddress;
        byte[] code = address == 0 ? [] : file.GetMethodBody(address).GetILBytes()!;
        for (int at = 0; at + 1 + Operand <= code.Length; at++)
        {
            if (code[at] is (byte)ILOpCode.Call or (byte)ILOpCode.Callvirt || (at > 0 && code[at - 1] == 0xFE && code[at] == 0x06))
            {
                yield return BitConverter.ToInt32(code, at + 1);
            }
        }
    }
}
