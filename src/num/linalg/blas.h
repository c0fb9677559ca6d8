/*
 * blas.h: what is used of BLAS and LAPACK, in Fortran's interface: no header needed, and the same
 * in every library.  For the sources of this folder alone.
 *
 * The first call that needs OpenBLAS's working area takes it: l2n_blas_ready, in dense.c, sees to
 * it that there is memory for that, and comes before any of these.
 */
#ifndef L2N_BLAS_H
#define L2N_BLAS_H

void l2n_blas_ready(void);

/* Vectors, and matrices by vectors */
extern void daxpy_(const int *n, const double *a, const double *x, const int *incx, double *y,
				   const int *incy);
extern double ddot_(const int *n, const double *x, const int *incx, const double *y,
					const int *incy);
extern double dnrm2_(const int *n, const double *x, const int *incx);
extern void drot_(const int *n, double *x, const int *incx, double *y, const int *incy,
				  const double *c, const double *s);
extern void dgemv_(const char *trans, const int *m, const int *n, const double *alpha,
				   const double *a, const int *lda, const double *x, const int *incx,
				   const double *beta, double *y, const int *incy);
extern void dtrmv_(const char *uplo, const char *trans, const char *diag, const int *n,
				   const double *a, const int *lda, double *x, const int *incx);
extern void dtrsv_(const char *uplo, const char *trans, const char *diag, const int *n,
				   const double *a, const int *lda, double *x, const int *incx);
extern void dsbmv_(const char *uplo, const int *n, const int *k, const double *alpha,
				   const double *a, const int *lda, const double *x, const int *incx,
				   const double *beta, double *y, const int *incy);

/* Matrices by matrices */
extern void dgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k,
				   const double *alpha, const double *a, const int *lda, const double *b,
				   const int *ldb, const double *beta, double *c, const int *ldc);
extern void dsymm_(const char *side, const char *uplo, const int *m, const int *n,
				   const double *alpha, const double *a, const int *lda, const double *b,
				   const int *ldb, const double *beta, double *c, const int *ldc);
extern void dsyrk_(const char *uplo, const char *trans, const int *n, const int *k,
				   const double *alpha, const double *a, const int *lda, const double *beta,
				   double *c, const int *ldc);
extern void dsyr2k_(const char *uplo, const char *trans, const int *n, const int *k,
					const double *alpha, const double *a, const int *lda, const double *b,
					const int *ldb, const double *beta, double *c, const int *ldc);
extern void dtrmm_(const char *side, const char *uplo, const char *trans, const char *diag,
				   const int *m, const int *n, const double *alpha, const double *a, const int *lda,
				   double *b, const int *ldb);
extern void dtrsm_(const char *side, const char *uplo, const char *trans, const char *diag,
				   const int *m, const int *n, const double *alpha, const double *a, const int *lda,
				   double *b, const int *ldb);

/* Cholesky's factorisation, and the norm of what is known by its products */
extern void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
extern void dpocon_(const char *uplo, const int *n, const double *a, const int *lda,
					const double *anorm, double *rcond, double *work, int *iwork, int *info);
extern void dpbtrf_(const char *uplo, const int *n, const int *kd, double *a, const int *lda,
					int *info);
extern void dpbtrs_(const char *uplo, const int *n, const int *kd, const int *nrhs, const double *a,
					const int *lda, double *b, const int *ldb, int *info);
extern void dlacn2_(const int *n, double *v, double *x, int *isgn, double *est, int *kase,
					int *isave);

/* Householder reflectors */
extern void dgeqr2_(const int *m, const int *n, double *a, const int *lda, double *tau,
					double *work, int *info);
extern void dlarft_(const char *direct, const char *storev, const int *n, const int *k,
					const double *v, const int *ldv, const double *tau, double *t, const int *ldt);
extern void dlatrd_(const char *uplo, const int *n, const int *nb, double *a, const int *lda,
					double *e, double *tau, double *w, const int *ldw);
extern void dsytd2_(const char *uplo, const int *n, double *a, const int *lda, double *d, double *e,
					double *tau, int *info);

/* Eigenvalues of tridiagonal matrices: by QL, and the parts of divide and conquer */
extern void dsteqr_(const char *compz, const int *n, double *d, double *e, double *z,
					const int *ldz, double *work, int *info);
extern void dlaed2_(int *k, const int *n, const int *n1, double *d, double *q, const int *ldq,
					int *indxq, double *rho, double *z, double *dlamda, double *w, double *q2,
					int *indx, int *indxc, int *indxp, int *coltyp, int *info);
extern void dlaed4_(const int *n, const int *i, const double *d, const double *z, double *delta,
					const double *rho, double *dlam, int *info);
extern void dlamrg_(const int *n1, const int *n2, const double *a, const int *dtrd1,
					const int *dtrd2, int *index);

#endif
