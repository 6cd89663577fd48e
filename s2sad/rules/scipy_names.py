"""Names of SciPy that have no rule, by module, with the reason: `refused` lists them when a program imports the module.

"*" stands for all names of the module that are left, "@distributions" for its distributions.
"""

PARAMETERS = "its derivative is not known here: declare a rule for it, or write the formula"
SOLVER = "it calls a function of yours many times: use scipy.optimize.root or root_scalar, write the iteration as a loop (Newton's method, a few lines), or differentiate its result by the implicit function theorem in a rule of your own"
MINIMISER = "it calls a function of yours many times: use scipy.optimize.minimize without bounds, or differentiate its result by the implicit function theorem in a rule of your own"
QUADRATURE = "it calls a function of yours many times: use scipy.integrate.quad, or write a sum over fixed nodes, as np.polynomial.legendre.leggauss gives them"
ODE = "it calls a function of yours with steps of its own choice: write the steps as a loop (the method of Runge and Kutta takes five lines)"
TEST = "a test or an estimate has no derivative here: write the statistic with NumPy"
SPARSE = "the elements of a sparse matrix carry no derivative here: apply active factors to the vectors, or use arrays"
DESIGN = "the coefficients of a filter are taken for constants: design it outside of the program"
MORPHOLOGY = "it selects elements by their order: use np.lib.stride_tricks.sliding_window_view and np.max"
RESAMPLING = (
    "interpolation between pixels is not differentiated: index with integers and weigh the neighbours by hand"
)
LABELS = "sums over labelled regions are not differentiated: use np.bincount with weights, or masks"
OBJECT = "its objects are not followed: use a cubic spline (CubicSpline), interp1d or np.interp"
SPECTRA = "write it with np.fft on slices of the signal"
DISTRIBUTION = "this distribution is not differentiated: write its density with NumPy and scipy.special"
UNIQUE = "its result is not determined, or not smooth: use scipy.linalg.svd, eigh or solve"
SERVICE = "it looks into SciPy or changes its settings"

# by module, by reason; a name that is missing in another SciPy is passed over
NAMES: dict[str, dict[str, str]] = {
    "scipy.special": {
        "it returns an object: use the eval_ functions": "chebyc chebys chebyt chebyu gegenbauer genlaguerre hermite hermitenorm "
        "jacobi laguerre legendre sh_chebyt sh_chebyu sh_jacobi sh_legendre",
        "the nodes as functions of its parameters are not differentiated": "c_roots cg_roots h_roots he_roots j_roots js_roots l_roots "
        "la_roots p_roots ps_roots s_roots t_roots ts_roots u_roots us_roots roots_gegenbauer roots_genlaguerre roots_jacobi roots_sh_jacobi",
        SERVICE: "test",
        PARAMETERS: "*",
    },
    "scipy.linalg": {
        UNIQUE: "cossin null_space orth ldl qz ordqz schur rsf2csf cdf2rdf hessenberg polar rq matrix_balance subspace_angles "
        "orthogonal_procrustes qr_delete qr_insert qr_update qr_multiply interpolative signm",
        "use linalg.eigh of the whole matrix": "eig_banded eigvals_banded eigh_tridiagonal eigvalsh_tridiagonal",
        "use np.linalg.eig": "eig",
        "use linalg.lu_factor": "lu",
        "use linalg.solveh_banded": "cholesky_banded cho_solve_banded",
        "use linalg.solve of linalg.toeplitz": "solve_toeplitz matmul_toeplitz",
        "divide spectra: np.fft.ifft(np.fft.fft(b) / np.fft.fft(c))": "solve_circulant",
        "use linalg.pinv": "pinvh",
        "write it with np.diag, np.concatenate or products with broadcasting": "companion diagsvd khatri_rao leslie fiedler fiedler_companion "
        "convolution_matrix",
        "iterate its equation, or declare a rule: its derivative solves a Lyapunov equation": "solve_continuous_are solve_discrete_are",
        "use linalg.solve_continuous_lyapunov": "solve_lyapunov",
        "use linalg.expm, linalg.logm or linalg.sqrtm": "funm expm_frechet expm_cond",
        SERVICE: "test find_best_blas_type get_blas_funcs get_lapack_funcs ishermitian issymmetric clarkson_woodruff_transform",
    },
    "scipy.fft": {
        "use np.fft on complex arrays": "hfft2 hfftn ihfft2 ihfftn fht ifht fhtoffset",
        SERVICE: "register_backend set_backend set_global_backend skip_backend test",
    },
    "scipy.integrate": {
        QUADRATURE: "newton_cotes quad_vec dblquad tplquad nquad cubature tanhsinh nsum qmc_quad",
        ODE: "solve_ivp odeint ode complex_ode RK23 RK45 DOP853 Radau BDF LSODA OdeSolver OdeSolution DenseOutput solve_bvp",
        SERVICE: "test IntegrationWarning ODEintWarning",
    },
    "scipy.optimize": {
        SOLVER: "fixed_point newton_krylov anderson broyden1 broyden2 "
        "diagbroyden excitingmixing linearmixing BroydenFirst InverseJacobian KrylovJacobian elementwise",
        MINIMISER: "fmin fmin_bfgs fmin_cg fmin_cobyla fmin_l_bfgs_b fmin_ncg fmin_powell fmin_slsqp fmin_tnc "
        "fminbound brent golden bracket basinhopping differential_evolution direct dual_annealing shgo brute least_squares leastsq "
        "curve_fit line_search",
        "use np.linalg.lstsq or np.linalg.solve on the active set": "lsq_linear nnls linprog milp isotonic_regression linear_sum_assignment "
        "quadratic_assignment",
        "write the function with NumPy": "rosen rosen_der rosen_hess rosen_hess_prod",
        "use s2sad.check_grads": "approx_fprime check_grad",
        SERVICE: "test show_options linprog_verbose_callback OptimizeResult OptimizeWarning RootResults NoConvergence Bounds "
        "LinearConstraint NonlinearConstraint HessianUpdateStrategy BFGS SR1 LbfgsInvHessProduct",
    },
    "scipy.interpolate": {
        OBJECT: "*",
    },
    "scipy.ndimage": {
        MORPHOLOGY: "maximum_filter maximum_filter1d minimum_filter minimum_filter1d median_filter percentile_filter rank_filter "
        "grey_closing grey_dilation grey_erosion grey_opening morphological_gradient morphological_laplace white_tophat black_tophat "
        "vectorized_filter",
        RESAMPLING: "affine_transform geometric_transform map_coordinates rotate shift zoom spline_filter spline_filter1d",
        LABELS: "sum sum_labels mean variance standard_deviation median minimum maximum extrema minimum_position maximum_position "
        "center_of_mass histogram labeled_comprehension",
        "it varies in steps: its result is taken for a constant": "binary_closing binary_dilation binary_erosion binary_fill_holes "
        "binary_hit_or_miss binary_opening binary_propagation label find_objects value_indices watershed_ift iterate_structure "
        "generate_binary_structure distance_transform_bf distance_transform_cdt distance_transform_edt",
        "it calls a function of yours for each element: write the filter with slices": "generic_filter generic_filter1d generic_laplace "
        "generic_gradient_magnitude",
        "add the squares of gaussian_filter1d of order 1": "gaussian_gradient_magnitude",
        "add gaussian_filter of order 2 along each axis": "gaussian_laplace",
        "multiply the spectrum by hand": "fourier_ellipsoid fourier_shift",
        SERVICE: "test",
    },
    "scipy.signal": {
        DESIGN: "butter buttap buttord cheby1 cheb1ap cheb1ord cheby2 cheb2ap cheb2ord ellip ellipap ellipord bessel besselap bilinear "
        "bilinear_zpk firls firwin firwin2 firwin_2d iircomb iirdesign iirfilter iirnotch iirpeak gammatone kaiser_atten kaiser_beta "
        "kaiserord lp2bp lp2bp_zpk lp2bs lp2bs_zpk lp2hp lp2hp_zpk lp2lp lp2lp_zpk minimum_phase normalize remez savgol_coeffs "
        "band_stop_obj lfilter_zi lfiltic sosfilt_zi findfreqs gauss_spline get_window max_len_seq check_COLA check_NOLA "
        "closest_STFT_dual_window BadCoefficients",
        "a system is not followed: write its recurrence, or use lfilter": "StateSpace TransferFunction ZerosPolesGain lti dlti abcd_normalize "
        "cont2discrete bode dbode dfreqresp dimpulse dlsim dstep freqresp freqs freqs_zpk freqz freqz_sos freqz_zpk sosfreqz group_delay "
        "impulse lsim step ss2tf ss2zpk tf2sos tf2ss tf2zpk zpk2sos zpk2ss zpk2tf sos2tf sos2zpk place_poles residue residuez invres "
        "invresz unique_roots deconvolve",
        SPECTRA: "coherence csd istft lombscargle periodogram spectrogram stft ShortTimeFFT welch vectorstrength czt czt_points CZT ZoomFFT zoom_fft "
        "envelope hilbert2",
        "it selects elements by their order, or counts them": "argrelextrema argrelmax argrelmin find_peaks find_peaks_cwt medfilt medfilt2d "
        "order_filter peak_prominences peak_widths",
        "its treatment of the ends is not differentiated: use lfilter or sosfilt twice, with np.flip": "filtfilt sosfiltfilt symiirorder1 "
        "symiirorder2",
        "use lfilter and slices with a step, or np.fft": "decimate resample resample_poly upfirdn wiener sepfir2d",
        OBJECT: "cspline1d cspline1d_eval cspline2d qspline1d qspline1d_eval qspline2d spline_filter",
        "write the waveform with np.cos": "chirp gausspulse sawtooth square sweep_poly",
        SERVICE: "test",
    },
    "scipy.signal.windows": {
        DESIGN: "*",
    },
    "scipy.sparse": {
        SPARSE: "*",
    },
    "scipy.sparse.linalg": {
        "use scipy.sparse.linalg.spsolve, or splu and its method solve": "bicg bicgstab cg cgs gcrotmk gmres lgmres minres qmr tfqmr lsmr "
        "lsqr factorized spilu inv LinearOperator aslinearoperator",
        SPARSE: "*",
    },
    "scipy.stats": {
        DISTRIBUTION: "@distributions",
        TEST: "*",
    },
}  # fmt: skip
